#ifndef DKIM_VERIFYRUN_H
#define DKIM_VERIFYRUN_H

#include "base/buf.h"
#include "dkim/dkimverify.h"
#include "dns/resolve.h"

/*
 * What dkim-verify and arc-verify share: their options, a message from
 * descriptor 0, and the questions to the DNS.  What goes wrong ends the
 * program with a diagnostic.
 */
enum { VERIFYRUN_HEADER_MAX = 1 << 20 }; /* bytes; more: exit 100 */

/* all zero: the clock of the machine, the defaults */
struct verifyrun {
	struct resolve dns;
	int64_t now; /* seconds since 1970 */
	int has_now;
	int64_t wait_ms; /* for all questions; 0: 20 s */
	struct buf header;
};

/* -r, -t, -w: 1 when it was one of these, else 0 */
int verifyrun_option(struct verifyrun *, int option, const char *value);

/* the whole: results in *v, which speak of the header that is kept */
void verifyrun(struct verifyrun *, struct dkimverify *v, unsigned flags);

/* bytes from outside: what is not printable ASCII becomes '?' */
void verifyrun_put(struct buf *, const char *, size_t n);

#endif
