#ifndef FAILURE_EXPLAIN_H
#define FAILURE_EXPLAIN_H

#include "base/buf.h"
#include "failure/failure.h"

/* Why a failure is called so: which lines decided.  What is appended has bytes
 * from outside as they are; 0, or -1 without memory. */

/* for people, some lines.  site: how the site's file is called */
int explain_people(struct buf *, const struct failure *, const char *site);
/* for programs: one line of LTSV */
int explain_line(struct buf *, const struct failure *, const char *site);

#endif
