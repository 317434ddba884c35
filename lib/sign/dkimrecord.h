#ifndef SIGN_DKIMRECORD_H
#define SIGN_DKIMRECORD_H

#include "base/buf.h"
#include "dns/dnsq.h"
#include "sign/signing.h"

/*
 * The key records that we publish (RFC 6376 section 3.6.1, RFC 8463 section
 * 4), and whether the DNS has them.
 */
enum { DKIMRECORD_STRING_MAX = 255 }; /* RFC 1035 section 3.3 */

/* the text; pub, n is what stands in p=, not yet in base64: n 0 revokes the
 * key.  0, or -1 with ENOMEM */
int dkimrecord_put(struct buf *, enum signing_algorithm, const void *pub,
    size_t n);
/*
 * the whole record as a zone file has it, with LF, the text cut into strings
 * of DKIMRECORD_STRING_MAX bytes; domain NULL: the name is relative.  0, or -1
 * with ENOMEM
 */
int dkimrecord_zone(struct buf *, const char *selector, const char *domain,
    const char *text, size_t n);

enum dkimrecord_verdict {
	DKIMRECORD_GOOD,
	DKIMRECORD_MISSING,
	DKIMRECORD_DIFFERENT, /* another key, or a record of no use */
	DKIMRECORD_REVOKED,   /* p= is empty */
	DKIMRECORD_TEMPERROR  /* the DNS does not say */
};
/* good, missing, different, revoked, temperror: constants */
const char *dkimrecord_word(enum dkimrecord_verdict);

/*
 * dkimrecord_judge - is this the record of the key?
 *
 * *why receives the reason in a few words, "" for good.
 */
enum dkimrecord_verdict dkimrecord_judge(const struct dnsa *,
    enum signing_algorithm, const void *pub, size_t n, const char **why);

#endif
