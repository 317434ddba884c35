#ifndef THROTTLE_SPILLTEXT_H
#define THROTTLE_SPILLTEXT_H

#include "format/ltsv.h"
#include "throttle/limiter.h"

/*
 * spilltext - which source or pool has no more to give, in a result `later'
 *
 * job       whose result it is
 * item      with spill_us and the key
 * until_us  the same, since 1970
 *
 * Adds spill-by, spill-of and spill-until, job(5), or nothing where the job
 * lacks something of the key.  0, or -1 with ENOMEM.
 */
int spilltext(struct buf *, const struct ltsv *job, const struct limiter_item *,
    int64_t until_us);
/*
 * spilltext_line - what all that wait for its key are told, in a result `later'
 *
 * item      with key and line_by
 * until_us  line_until_us, since 1970
 *
 * Adds line, line-room, line-until and line-by, job(5).  0, or -1 with ENOMEM.
 */
int spilltext_line(struct buf *, const struct limiter_item *, int64_t until_us);

#endif
