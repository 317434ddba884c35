#ifndef ROUTE_TLSLABELS_H
#define ROUTE_TLSLABELS_H

#include "format/ltsv.h"
#include "route/protect.h"

/* The labels of a job that say how it is protected, job(5), as remote-send reads
 * them. */

/* is it one of them?  What came under these names goes */
int tlslabels_has(const struct ltsv_field *);
/* those of a plan with hosts: 0, or -1 with ENOMEM */
int tlslabels_put(struct buf *, const struct protect *);

#endif
