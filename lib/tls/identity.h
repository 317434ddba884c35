#ifndef TLS_IDENTITY_H
#define TLS_IDENTITY_H

#include "conf/word.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Certificates to be shown, without their keys: a set, in the order of the
 * file `tls` of conf(5), and replaced as a whole when a file has changed.  Who
 * shows one holds the set as long as he reads of it: identity_set_ref().
 */
enum {
	IDENTITY_MAX = 1000,      /* of a set */
	IDENTITY_NAMES_MAX = 100, /* of one */
	IDENTITY_CHAIN_MAX = 8,   /* certificates of one, its own and issuers */
	IDENTITY_CERT_MAX = 16384 /* bytes of one of them */
};
enum identity_kind { IDENTITY_EC, IDENTITY_RSA };

struct identity_set;

struct identity {
	unsigned char id[32]; /* SHA-256 of the key's SubjectPublicKeyInfo */
	enum identity_kind kind;
	unsigned curve;    /* 23 P-256, 24 P-384 (RFC 8422 section 5.1.1); RSA
			    * 0 */
	unsigned self : 1; /* signed by itself: shown when no other fits */
	int64_t until_s;   /* the chain is valid until then, wall clock */
	const char *file;  /* of the certificate, a name in the folder */
	/* what it is for: A-labels, "*.x" for names with one label before x */
	const char *const *names;
	size_t n_names;
	const struct slice *chain; /* DER, leaf first, without the root */
	size_t n_chain;
	struct identity_set
	    *set; /* where it is; identity_add() does not look */
};

/* an empty set with one holder; NULL: ENOMEM */
struct identity_set *identity_set_new(void);
/* copies all; names get lower case.  0, or -1: ENOMEM; E2BIG: above a limit;
 * EINVAL: no certificate */
int identity_add(struct identity_set *, const struct identity *);
/* one holder more; returns the set */
struct identity_set *identity_set_ref(struct identity_set *);
/* one less, and the last one frees it; NULL: nothing */
void identity_set_drop(struct identity_set *);

size_t identity_count(const struct identity_set *);
/* i below identity_count(); valid as long as the set is held */
const struct identity *identity_at(const struct identity_set *, size_t i);

/*
 * identity_find - which one to show
 *
 * name    that was asked for, lower case; "" for none
 * kinds   those that the other side can, 1 << kind for each
 * curves  those that it can, 1 << curve for each
 *
 * One that has this name, or a wildcard that fits it, goes before the default:
 * the first that is not signed by itself, or else the first, and those that
 * have the default's first name, too.  Of several EC goes before RSA, then the
 * name itself before a wildcard, and then the first.  One signed by itself comes
 * behind all others, whatever its names.  NULL: none that the other side can.
 */
const struct identity *identity_find(const struct identity_set *,
    const char *name, unsigned kinds, uint32_t curves);
/* that of a file, with or without .pem; NULL: none */
const struct identity *identity_named(const struct identity_set *,
    const char *file);

#endif
