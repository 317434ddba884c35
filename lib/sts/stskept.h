#ifndef STS_STSKEPT_H
#define STS_STSKEPT_H

#include "base/buf.h"
#include "sts/stsbook.h"

/*
 * A policy as it is kept in a file: a line of LTSV, domain id fetched expires
 * used (seconds since 1970), an empty line, and the policy as it was fetched.
 * Pure.
 */
enum {
	STSKEPT_HEAD_MAX = 1024, /* bytes of the line */
	STSKEPT_MAX = STS_POLICY_MAX + STSKEPT_HEAD_MAX + 1,
	STSKEPT_AHEAD_S = 86400 /* what was fetched so long after now is not
				 * believed */
};

/* all of the file, appended; 0, or -1 with ENOMEM */
int stskept_put(struct buf *, const struct stsbook_domain *);

/*
 * stskept_get - n bytes of the file of a domain
 *
 * d       receives all but links and state; policy points into the bytes
 * future  receives 1 when it was fetched after now: it has ended, then
 *
 * Returns NULL, or why it is none.
 */
const char *stskept_get(struct stsbook_domain *d, const char *name,
    const char *, size_t n, int64_t now_s, int *future);

#endif
