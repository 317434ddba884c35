#ifndef DNS_TLSASET_H
#define DNS_TLSASET_H

#include "base/buf.h"
#include <stddef.h>

/*
 * The TLSA records of one host, RFC 6698, as far as SMTP uses them: RFC 7672
 * section 3.1.  Whole certificates and keys (matching type 0) are taken by
 * their SHA-256, which matches the same ones and is short.
 */
enum {
	TLSA_RECORDS_MAX = 16, /* of a host; of more the strongest */
	TLSA_DIGEST_MAX = 64,
	TLSA_DATA_MAX = 65535 /* of a record */
};

/* all zero is an empty one */
struct tlsaset {
	unsigned n;      /* usable ones */
	unsigned n_seen; /* all: n 0 and n_seen above means TLS without a check
			  * of the certificate, RFC 7672 section 2.2 */
	struct tlsaset_record {
		unsigned char usage, selector, matching, len;
		unsigned char whole; /* it was matching type 0 */
		unsigned char digest[TLSA_DIGEST_MAX];
	} r[TLSA_RECORDS_MAX];
};

/* a record as on the wire; one that is malformed, or that SMTP does not use,
 * counts as seen */
void tlsaset_add(struct tlsaset *, const unsigned char *rdata, size_t n);
/* after the last: of the weaker digests beside stronger ones of the same usage
 * and selector none stays (RFC 7671 section 9).  Sorted, so that equal sets are
 * equal text */
void tlsaset_finish(struct tlsaset *);
/* USAGE.SELECTOR.MATCHING.HEX,... with comma between them; 0, or -1 with
 * ENOMEM */
int tlsaset_put(struct buf *, const struct tlsaset *);
/* the same back; -1 when it is none */
int tlsaset_scan(struct tlsaset *, const char *, size_t n);

#endif
