#ifndef QUEUE_RESULTLEARN_H
#define QUEUE_RESULTLEARN_H

#include "queue/result.h"
#include "queue/schedule.h"

/*
 * What a result says of where it comes from, and when a `later' asks for its job
 * again.  Pure: queue-run and sim do the same.
 */
enum {
	RESULTLEARN_LATER_MS = 5000, /* a `later' that names no time */
	RESULTLEARN_LEAST_MS = 10    /* nothing is asked again sooner */
};

/*
 * resultlearn - the schedule learns from a result
 *
 * Provider and site of its domain, whether that takes mail, and how much it
 * may have, until when.  A room that cannot be held for the site, as it is its
 * provider's, is none in the result; one that can is its room, and so is that
 * of a key in whose line the recipient is to wait.
 *
 * rcpt     whose result it is, idle
 * now_ms   of the schedule's clock
 * wall_ms  the same moment, since 1970
 * Returns 0, or -1 without memory: then the site was not learned.
 */
int resultlearn(struct schedule *, uint32_t rcpt, struct result *,
    int64_t now_ms, int64_t wall_ms);
/* behind it, of a `later': when its job may be tried, milliseconds since 1970;
 * at once, where the site's room decides */
int64_t resultlearn_later_ms(const struct result *, int64_t wall_ms);
/* a time that was named, or the least that is waited for */
int64_t resultlearn_not_before(int64_t at_ms, int64_t wall_ms);

#endif
