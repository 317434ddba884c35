#ifndef ROUTE_SPILLING_H
#define ROUTE_SPILLING_H

#include "format/ltsv.h"
#include "route/routesource.h"
#include "route/spills.h"

/*
 * From which source a job goes when the one that it would take has no more to
 * give: conf(5), spill= of a pool.
 */
/*
 * spilling - another source, where there is one that is known to be free
 *
 * For a job whose pool, source and provider stand.  Without one that is free
 * it goes from the source that is so first, and no other has it: then
 * throttle says when to come.
 *
 * Does nothing where the pool has no spill=, or the table cannot be read.
 */
void spilling(struct routing *, const struct routing_conf *,
    const struct spills *, struct slice site, int64_t now_us);

/*
 * spilling_result - a result of which another source may make something better
 *
 * wall_us  the time since 1970
 *
 * Returns 1 with the line that goes up in its place in out: the job is to come
 * at once; 0: it goes up as it is; -1 with ENOMEM.
 */
int spilling_result(struct spills *, const struct ltsv *result, int64_t wall_us,
    int64_t now_us, struct buf *out);

#endif
