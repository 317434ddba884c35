#ifndef SIGN_DKIMMAKE_H
#define SIGN_DKIMMAKE_H

#include "base/buf.h"
#include "crypt/digest.h"
#include "dkim/canon.h"
#include "sign/signing.h"
#include <stdint.h>

/*
 * Makes DKIM-Signature fields (RFC 6376, 8301, 8463), all but the signature
 * itself, which whoever holds the key makes of the digest.
 *
 *	dkimmake_init(&d, rules, n);
 *	dkimmake_body(&d, piece, len);     any number of times
 *	dkimmake_end(&d);
 *	for each rule i:
 *		dkimmake_field(&d, i, header, len, now, &field, digest);
 *		dkimmake_finish(&field, signature, len);
 */
enum {
	DKIMMAKE_RULES_MAX = 8,    /* signatures of one message */
	DKIMMAKE_FIELDS_MAX = 500, /* names in h=; a message that needs more
				    * is not signed */
	DKIMMAKE_WIDTH = 77        /* bytes of a line, where it can be folded */
};

/* strings end in NUL, NULL: the default */
struct dkimmake_rule {
	enum signing_algorithm algorithm;
	enum canon header, body;
	const char *domain, *selector; /* d=, s= */
	const char *identity;          /* i=; default: none */
	const char *headers;  /* names in lower case, a colon between; default:
			       * those of RFC 6376 section 5.4.1 and some */
	const char *oversign; /* the same: names that stand in h= once more
			       * than there are such fields */
	uint64_t expire_s;    /* 0: no x= */
	const char *key;      /* its file's name; not looked at here */
};

struct dkimmake {
	const struct dkimmake_rule *rule;
	unsigned n;
	/* by the body's canonical form */
	struct canon_body canon[2];
	struct digest digest[2];
	unsigned char hash[2][DIGEST_LEN];
	unsigned char used[2];
};

/* the rules must stay; the structure must not move until dkimmake_end() */
void dkimmake_init(struct dkimmake *, const struct dkimmake_rule *, unsigned n);
/* the body in pieces of any size, LF line ends */
void dkimmake_body(struct dkimmake *, const char *, size_t n);
void dkimmake_end(struct dkimmake *);

enum dkimmake_fault {
	DKIMMAKE_GOOD,
	DKIMMAKE_MEMORY,
	DKIMMAKE_GARBAGE, /* a line in the header is no field: readers will
			   * not agree where the header ends */
	DKIMMAKE_FROM,    /* not just one From field */
	DKIMMAKE_MANY     /* more than DKIMMAKE_FIELDS_MAX names */
};
/* the reason for people: a constant */
const char *dkimmake_text(enum dkimmake_fault);

/*
 * dkimmake_field - the field of rule i, up to its signature
 *
 * header, len  all fields of the message, LF line ends, no empty line
 * now          seconds since 1970, for t= and x=
 * field        receives the field (cleared first) up to "b="
 * digest       receives the SHA-256 that is to be signed
 */
enum dkimmake_fault dkimmake_field(struct dkimmake *, unsigned i,
    const char *header, size_t len, int64_t now, struct buf *field,
    unsigned char digest[DIGEST_LEN]);
/* the signature in base64 behind it, folded, and the last LF; 0, or -1 with
 * ENOMEM */
int dkimmake_finish(struct buf *field, const char *signature, size_t n);

/* is this header one that can be signed? */
enum dkimmake_fault dkimmake_check(const char *header, size_t len);

#endif
