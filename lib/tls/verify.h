#ifndef TLS_VERIFY_H
#define TLS_VERIFY_H

#include <stddef.h>
#include <stdint.h>

/*
 * A chain as the peer sent it, and what may be said of it.  Pure: the time and
 * the anchors are arguments.  The certificates come in any order, with
 * surplus ones and several for one issuer (cross-signed): every path that
 * chainorder_next() finds is tried until one holds.
 */
enum {
	TLS_CHAIN_CERTS_MAX = 16,
	TLS_CERT_MAX = 65536, /* bytes of one of theirs */
	TLS_CHAIN_BYTES_MAX = 131072,
	TLS_PATHS_MAX = 32,      /* tried, to known authorities */
	TLS_SIGNATURES_MAX = 64, /* verified for one chain, over all paths:
				  * those by RSA, certpath.c has what others
				  * cost */
	TLS_TLSA_MAX = 100,
	TLS_NAMES_MAX = 8
};

/* the words of the label tls-cert behind each; the mapping to RFC 8460's is
 * of who reports */
enum tls_verdict {
	TLS_V_NONE,          /* -: it showed none, a session was resumed, or
			      * TLS_ANY without anchors */
	TLS_V_PKIX,          /* pkix: to an anchor, name, time */
	TLS_V_DANE_EE,       /* dane-ee: usage 3 */
	TLS_V_DANE_TA,       /* dane-ta: usage 2, and name, time */
	TLS_V_FINGERPRINT,   /* fingerprint: one that was named */
	TLS_V_SELF,          /* self-signed: by itself, no anchor */
	TLS_V_UNKNOWN_CA,    /* unknown-ca: a whole path, to no anchor */
	TLS_V_INCOMPLETE,    /* incomplete: an issuer is missing */
	TLS_V_EXPIRED,       /* expired */
	TLS_V_NOT_YET,       /* not-yet */
	TLS_V_NAME,          /* name: trusted, and for other names */
	TLS_V_NO_SAN,        /* no-san: trusted, and without any name */
	TLS_V_WEAK_KEY,      /* weak-key: RSA below 2048 bits */
	TLS_V_BAD_SIGNATURE, /* bad-signature: or one by SHA-1, MD5 */
	TLS_V_CONSTRAINTS,   /* constraints: CA, path length, purpose, critical
			      * extension that is not known here */
	TLS_V_TLSA,          /* tlsa: no record fits */
	TLS_V_TOO_LARGE,     /* too-large */
	TLS_V_MALFORMED,     /* malformed */
	TLS_V_UNSUPPORTED    /* unsupported: a kind of key or signature */
};

enum tls_mode { TLS_ANY, TLS_PKIX, TLS_DANE, TLS_FINGERPRINT };

struct tlsa {
	unsigned char usage, selector, matching;
	const unsigned char *data;
	size_t n;
};

/* what a certificate must be; all of it is the caller's */
struct tls_demand {
	enum tls_mode mode;
	/* any of them will do: A-labels; ".x" is any name below x */
	const char *const *names;
	size_t n_names;
	/* in place of names for usage 2: base, name before a CNAME, next hop
	 * (RFC 7672 section 3.2.2) */
	const char *const *ta_names;
	size_t n_ta_names;
	/* DANE: usable ones, RFC 7672 section 3.1 */
	const struct tlsa *tlsa;
	size_t n_tlsa;
	/* SHA-256 of certificate or of SubjectPublicKeyInfo */
	const unsigned char (*prints)[32];
	size_t n_prints;
};

/* leaf first as the protocol has it, the others as they came */
struct tls_chain {
	const unsigned char *cert[TLS_CHAIN_CERTS_MAX];
	size_t len[TLS_CHAIN_CERTS_MAX];
	unsigned n;
	unsigned over : 1; /* more, or longer ones, came and were not kept */
};

struct tls_judged {
	enum tls_verdict verdict;
	int64_t until_s;     /* last second of the leaf */
	const char *matched; /* of the demand's names, the one that did it, or
			      * NULL */
	/* "no path to a known authority", "certificate is for
	 * mail.example.net", "expired on 2026-01-02"; printable */
	char text[200];
};

struct anchors; /* tls/anchors.h */

/*
 * verify_chain - what is to be said of it
 *
 * anchors  or NULL: none are known
 * now_s    wall clock
 */
void verify_chain(const struct tls_chain *, const struct tls_demand *,
    const struct anchors *, int64_t now_s, struct tls_judged *);
/* does the demand allow mail over it?  TLS_ANY: always but where the leaf has
 * no key that can be used: in this mode, too-large, malformed and unsupported
 * are said of the leaf only */
int verify_allows(const struct tls_demand *, enum tls_verdict);
/* of the comment above; "" for TLS_V_NONE */
const char *verify_word(enum tls_verdict);

#endif
