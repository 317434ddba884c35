#ifndef DKIM_DKIMVERIFY_H
#define DKIM_DKIMVERIFY_H

#include "dkim/arcchain.h"
#include "dkim/canon.h"
#include "dkim/fields.h"
#include "dkim/sig.h"
#include "dns/dnsq.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Judges the DKIM signatures (RFC 6376, 8301, 8463, 8616) of a message and
 * its ARC chain (RFC 8617) in one pass over the body.
 *
 *	dkimverify_init(&v, now, flags);
 *	dkimverify_header(&v, header, n);    all of it, LF, no empty line
 *	dkimverify_body(&v, piece, n);       any number of times
 *	dkimverify_end(&v);
 *	while (dkimverify_want(&v, &q))
 *		dkimverify_answer(&v, &a);
 *	v.signature[0..v.n), v.arc
 *
 * The header must live, and the structure stay where it is, until the end.
 * Nothing has to be freed.
 */
enum {
	DKIMVERIFY_MAX = 20,        /* signatures looked at; others: policy */
	DKIMVERIFY_BODIES_MAX = 8,  /* different body hashes; more: policy */
	DKIMVERIFY_RECORDS_MAX = 5, /* key records at one name; the rest is
				     * ignored */
	DKIMVERIFY_KEY_MAX = 8192,  /* bytes of a key record; more: permerror */
	DKIMVERIFY_RSA_BITS_MIN = 1024, /* RFC 8301 3.2; less: policy */
	DKIMVERIFY_REASON_MAX = 100
};
enum {
	DKIMVERIFY_OLD = 1,     /* take rsa-sha1 and RSA keys from 512 bits; for
			     * signatures only, never for the ARC chain */
	DKIMVERIFY_NO_DKIM = 2, /* the ARC chain only */
	DKIMVERIFY_NO_ARC = 4   /* the signatures only */
};

/* "pass", ...: the words of RFC 8601 section 2.7.1 */
const char *dkim_word(enum dkim_result);

/* public part of a signature; slices of the header, "" when not there */
struct dkim_signature {
	enum dkim_result result;
	char reason[DKIMVERIFY_REASON_MAX + 1]; /* printable; "" for a pass */
	const char *domain, *selector, *identity, *algorithm, *b;
	size_t domain_len, selector_len, identity_len, algorithm_len, b_len;
	unsigned key_bits;    /* RSA; 0: not known, or another kind of key */
	unsigned testing : 1; /* the key has t=y */
	unsigned partial : 1; /* l= leaves bytes of the body out */
};

/* the ARC chain */
struct dkim_arc {
	enum dkim_result result; /* DKIM_NONE, DKIM_PASS, DKIM_FAIL */
	char reason[DKIMVERIFY_REASON_MAX + 1]; /* printable; "" for a pass */
	unsigned instances; /* the highest instance number that was seen, also
			     * in a broken chain; 0: none */
	/* fail only because the DNS did not answer */
	unsigned temperror : 1;
	/* the newest seal says cv=fail: the chain has ended (section 5.1) */
	unsigned ended : 1;
	const char *domain, *selector; /* of the newest seal; "" for none */
	size_t domain_len, selector_len;
};

/* internal: a signature to be checked, of whatever kind */
struct dkimverify_check {
	struct dkim_signature *sig; /* NULL: of the chain */
	struct dkimsig tags;
	unsigned char hash[DKIMSIG_HASH_LEN]; /* of the header */
	unsigned char body;    /* which of the bodies, unless a seal */
	unsigned char open;    /* wants its key */
	enum dkim_result best; /* with the key records so far */
	const char *why;
};

/* internal: one hash of the body, for all signatures that want the same */
struct dkimverify_body {
	struct dkimhash hash;
	struct canon_body form;
	unsigned char out[DKIMSIG_HASH_LEN];
};

struct dkimverify {
	/* public, when dkimverify_want() is 0 */
	struct dkim_signature signature[DKIMVERIFY_MAX]; /* top to bottom */
	unsigned n;
	unsigned skipped; /* signatures beyond DKIMVERIFY_MAX */
	struct dkim_arc arc;
	/* internal: signatures, then the newest ARC-Message-Signature, then
	 * the seals, newest first */
	struct dkimverify_check check[DKIMVERIFY_MAX + 1 + ARC_SETS_MAX];
	unsigned n_check, asking;
	struct dkimverify_body body[DKIMVERIFY_BODIES_MAX];
	unsigned n_body;
	int64_t now;
	unsigned flags, chain; /* chain: there is one to be judged */
};

/* now: seconds since 1970; flags: of the second enum above */
void dkimverify_init(struct dkimverify *, int64_t now, unsigned flags);
/* 0, or -1 with ENOMEM */
int dkimverify_header(struct dkimverify *, const char *header, size_t n);
/* does anything depend on the body?  0: it need not be fed */
int dkimverify_needs_body(const struct dkimverify *);
void dkimverify_body(struct dkimverify *, const char *, size_t n);
void dkimverify_end(struct dkimverify *);
/* dns/dnsq.h: 1 with the next question, 0: no more; each name is asked for
 * once */
int dkimverify_want(struct dkimverify *, struct dnsq *);
void dkimverify_answer(struct dkimverify *, const struct dnsa *);

#endif
