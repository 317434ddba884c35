#ifndef FAILURE_EXPLAIN_H
#define FAILURE_EXPLAIN_H

#include "base/buf.h"
#include "failure/failure.h"
#include "failure/reply.h"

/* Why a failure is called so: which lines decided.  What is appended has bytes
 * from outside as they are; 0, or -1 without memory. */

/* for people, some lines.  site: how the site's file is called */
int explain_people(struct buf *, const struct failure *, const char *site);
/* for programs: labels of LTSV, the line not ended */
int explain_line(struct buf *, const struct failure *, const char *site);
/* the same of what a reply makes us do; no labels where no line holds */
int explain_reply(struct buf *, const struct reply *, const char *site);
int explain_reply_line(struct buf *, const struct reply *, const char *site);

#endif
