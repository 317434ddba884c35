#ifndef THROTTLE_LIMITWHY_H
#define THROTTLE_LIMITWHY_H

#include "base/buf.h"
#include "throttle/closures.h"
#include "throttle/limiter.h"

/*
 * What would become of a transaction if it were offered now, and why: by
 * limiter_judge(), which decides for those that are offered.  Nothing is
 * counted, nobody is told to come.
 */
struct limitwhy {
	enum limiter_verdict verdict; /* HELD: it would wait in line */
	/* when it goes, as far as rates and caps say, or with LATER is to ask
	 * again; INT64_MAX: not known, something has to end first */
	int64_t at_us;
};

/*
 * limitwhy - what would become of it, a line, then one for each limit that
 * applies, with its arithmetic; that which binds comes first
 *
 * item  jobs and bytes are set; it is not offered
 * flow  as for limiter_offer()
 * text  is appended to
 *
 * 0, or -1 with ENOMEM.
 */
int limitwhy(struct limiter *, struct limiter_item *, struct limiter_flow *,
    int64_t now_us, struct limitwhy *, struct buf *text);
/* a line for each limit of a key, with the arithmetic for what costs so much; 0,
 * or -1 with ENOMEM */
int limitwhy_key(struct buf *, const struct limiter_key *, struct bucket_cost,
    int64_t now_us);
/* limitwhy_closed - the same of one that a reply keeps away, closures_keep() */
int limitwhy_closed(const struct closure *, int64_t now_us, struct limitwhy *,
    struct buf *text);

#endif
