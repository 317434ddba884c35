#ifndef DKIM_SIG_H
#define DKIM_SIG_H

#include "crypt/pubkey.h"
#include "dkim/canon.h"
#include "dns/dnsq.h"
#include "mail/header.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The fields that are signatures: DKIM-Signature (RFC 6376 section 3.5), and
 * ARC-Message-Signature and ARC-Seal, which are variants of it (RFC 8617
 * sections 4.1.2 and 4.1.3).  Read and checked, as far as that is possible
 * without the key and the message.
 */
enum {
	DKIMSIG_SKEW_S = 300,        /* t= this far in the future is good */
	DKIMSIG_NAMES_MAX = 500,     /* names in h=; more: policy */
	DKIMSIG_IDENTITY_MAX = 1000, /* bytes of i=; more: neutral */
	DKIMSIG_HASH_LEN = 32        /* bytes of a hash */
};

/* results of RFC 8601 section 2.7.1 */
enum dkim_result {
	DKIM_NONE,
	DKIM_PASS,
	DKIM_FAIL,
	DKIM_POLICY,
	DKIM_NEUTRAL,
	DKIM_TEMPERROR,
	DKIM_PERMERROR
};

enum dkimsig_kind { DKIMSIG_DKIM, DKIMSIG_AMS, DKIMSIG_AS };
enum dkimsig_key { DKIMSIG_RSA, DKIMSIG_ED25519 };
enum dkimsig_cv { DKIMSIG_CV_NONE, DKIMSIG_CV_PASS, DKIMSIG_CV_FAIL };

/* slices of the field; "" when not there */
struct dkimsig {
	enum dkimsig_kind kind;
	const char *raw; /* the field */
	size_t raw_len;
	const char *b_from, *b_to; /* in raw: what counts as empty when it
				    * signs itself (RFC 6376 section 3.7) */
	const char *domain, *selector, *identity, *algorithm, *h, *b;
	size_t domain_len, selector_len, identity_len, algorithm_len, h_len,
	    b_len;
	enum dkimsig_key key;
	enum pubkey_hash hash;
	enum canon header, body;
	uint64_t limit; /* l=, UINT64_MAX when not there */
	unsigned char bh[DKIMSIG_HASH_LEN];
	unsigned bh_len;   /* 0: of no length that a hash of this kind has */
	unsigned instance; /* i= of ARC, 1..99 */
	enum dkimsig_cv cv;
	/* the domain of i= is not d=, but below it */
	unsigned below : 1;
};

/*
 * dkimsig_parse - a field of that kind
 *
 * now  seconds since 1970, for t= and x=
 * why  receives the reason in a few words, unless DKIM_PASS
 *
 * Returns DKIM_PASS when there is nothing against it so far, else what the
 * signature comes to: DKIM_NEUTRAL, DKIM_PERMERROR, DKIM_FAIL, DKIM_POLICY.
 * What slices could be found are there in any case.
 */
enum dkim_result dkimsig_parse(struct dkimsig *, enum dkimsig_kind,
    const struct header_field *, int64_t now, const char **why);

/* the bytes of b=, into room for cap; -1 when it is no base64 or does not
 * fit */
long dkimsig_bytes(const struct dkimsig *, unsigned char *out, size_t cap);

/* where its key is: 0, or -1 when there can be no such name */
int dkimsig_question(const struct dkimsig *, struct dnsq *);

/* the field with b= emptied, canonical, without line end: what it signs of
 * itself.  Appends to out; 0, or -1 with ENOMEM */
int dkimsig_self(struct buf *out, const struct dkimsig *);

#endif
