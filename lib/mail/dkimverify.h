#ifndef MAIL_DKIMVERIFY_H
#define MAIL_DKIMVERIFY_H

#include "mail/dnsq.h"
#include <stddef.h>

/*
 * Judges the DKIM signatures (RFC 6376, 8301, 8463) of a message and its ARC
 * chain (RFC 8617) in one pass over the body.
 *
 *	dkimverify_init(&v, now, flags);
 *	dkimverify_header(&v, header, n);    all fields, LF, no empty line
 *	dkimverify_body(&v, piece, n);       any number of times
 *	dkimverify_end(&v);
 *	while (dkimverify_want(&v, &q))
 *		dkimverify_answer(&v, &a);
 *	v.signature[0..v.n), v.arc
 *
 * header must live until the end.
 */
enum {
	DKIMVERIFY_MAX = 20,       /* signatures looked at; the rest is policy */
	DKIMVERIFY_BODIES_MAX = 8, /* different body hashes; more: policy */
	DKIMVERIFY_KEY_MAX = 8192, /* bytes of a key record */
	DKIMVERIFY_RSA_BITS_MIN = 1024, /* RFC 8301 3.2; less: policy */
	DKIMVERIFY_SKEW_S = 300,   /* t= this far in the future is good */
	DKIMVERIFY_REASON_MAX = 100,
	ARC_SETS_MAX = 50          /* RFC 8617 section 4.2.1 */
};
enum {
	DKIMVERIFY_OLD = 1, /* take rsa-sha1 and RSA keys from 512 bits */
	DKIMVERIFY_NO_DKIM = 2, /* the ARC chain only */
	DKIMVERIFY_NO_ARC = 4   /* the signatures only */
};

/* the words of RFC 8601 section 2.7.1; for ARC none, pass, fail, temperror */
enum dkim_result {
	DKIM_NONE, DKIM_PASS, DKIM_FAIL, DKIM_POLICY, DKIM_NEUTRAL,
	DKIM_TEMPERROR, DKIM_PERMERROR
};
const char *dkim_word(enum dkim_result);

/* public part of a signature; slices of the header, "" when not there */
struct dkim_signature {
	enum dkim_result result;
	char reason[DKIMVERIFY_REASON_MAX + 1]; /* "" for a pass */
	const char *domain, *selector, *identity, *algorithm, *b;
	size_t domain_len, selector_len, identity_len, algorithm_len, b_len;
	unsigned key_bits; /* RSA; 0: not known */
	unsigned testing : 1; /* the key has t=y */
	unsigned partial : 1; /* l= leaves bytes of the body out */
};

struct dkimverify;

