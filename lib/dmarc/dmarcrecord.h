#ifndef DMARC_DMARCRECORD_H
#define DMARC_DMARCRECORD_H

#include "dns/dnsq.h"
#include <stddef.h>

/*
 * DMARC records (RFC 9989 sections 4.7 and 4.8, RFC 7489 section 6.3) and
 * the list of addresses in them.
 */
enum {
	DMARC_RECORD_MAX = 4096, /* bytes; a longer record is none */
	DMARC_URIS_MAX = 600     /* bytes of rua= that are kept */
};

enum dmarc_policy { DMARC_P_NONE, DMARC_P_QUARANTINE, DMARC_P_REJECT };
enum dmarc_psd { DMARC_PSD_UNKNOWN, DMARC_PSD_YES, DMARC_PSD_NO };

struct dmarc_record {
	enum dmarc_policy p, sp, np; /* sp and np: what applies without them,
				      * too */
	enum dmarc_psd psd;          /* RFC 9989 only */
	unsigned pct;                /* RFC 7489 only, else 100 */
	unsigned has_sp : 1, has_np : 1;
	unsigned strict_dkim : 1, strict_spf : 1;
	unsigned testing : 1; /* t=y; by RFC 7489 pct=0 */
	/* p is missing, or one of p, sp, np is no policy: all became none,
	 * if there is an address for reports; else the record is not usable
	 * (RFC 9989 section 4.10.1) */
	unsigned broken : 1, usable : 1;
	char rua[DMARC_URIS_MAX + 1]; /* whole URIs with commas between */
};

/* does the record begin with v=DMARC1?  Else it is none of DMARC's */
int dmarcrecord_is(const char *p, size_t n);
/*
 * dmarcrecord_parse - one record that dmarcrecord_is()
 *
 * rfc7489: psd, np and t are unknown, pct counts.  Tags that are not known,
 * pieces that are no tag and values that a tag does not have are ignored;
 * so is a tag that is there twice.  Letter case counts in DMARC1 only.
 */
void dmarcrecord_parse(struct dmarc_record *, const char *p, size_t n,
    int rfc7489);
/*
 * dmarcrecord_answer - the record among the answer to a question for TXT
 *
 * Returns how many DMARC records there are; *r is set when it is one.
 */
unsigned dmarcrecord_answer(struct dmarc_record *r, const struct dnsa *,
    int rfc7489);

/* an address for reports */
struct dmarc_uri {
	const char *text; /* the URI, without its limit of size */
	size_t len;
	unsigned long long limit; /* bytes, 0: none; obsolete with RFC 9989 */
	const char *address;      /* of a mailto: URI, as it stands there; */
	size_t address_len;       /* else 0 */
};

/* the next URI of a list with a form that is valid; others are skipped.
 * Returns 1, 0 at the end */
int dmarcrecord_uri(const char **p, const char *end, struct dmarc_uri *);

/*
 * dmarcrecord_mailbox - the mailbox of a mailto: URI, %XX decoded (RFC 6068)
 *
 * out has room for address_len + 1 bytes.  Returns the length, or -1 when
 * it is no address that SMTP has.
 */
long dmarcrecord_mailbox(const struct dmarc_uri *, char *out);

#endif
