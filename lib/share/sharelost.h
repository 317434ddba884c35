#ifndef SHARE_SHARELOST_H
#define SHARE_SHARELOST_H

#include "share/sharescript.h"
#include "throttle/lease.h"

enum {
	SHARELOST_WHY_MAX = 160, /* bytes by which a reason is known */
	SHARELOST_TELL_MS = 2000 /* until another one is news */
};

/*
 * What is said to who asks for parts of a limit, with Redis and without.
 * Pure: time is an argument, microseconds, monotonic.
 *
 *	up       what Redis says
 *	lost     nothing, until a lease is over since that was seen: then
 *		 nobody has any more
 *	alone    one part of as many as there are machines, for LEASE_ALONE_US
 *		 each time
 *	waiting  Redis is there again, and says how long nobody gets anything:
 *		 who was alone goes on until then
 *
 * A lease is counted from when it was asked for, so that it is over here
 * before it is over there.
 */
struct sharelost {
	uint32_t machines; /* 0: nothing goes without Redis */
	int64_t lost_us;   /* since then; 0: it is there */
	int64_t wait_us;   /* nobody gets anything until then */
	int alone, up, ever;
	int64_t told_us; /* last why, which was this */
	char why[SHARELOST_WHY_MAX + 1];
};

/* it is gone; is that, or the reason, news?  1 or 0.  Reasons may take turns,
 * and so another one is in a while alone. */
int sharelost_down(struct sharelost *, const char *why, int64_t now_us);
/* an answer to what was asked at sent_us; 1: it is there again, or for the first
 * time */
int sharelost_up(struct sharelost *, const int64_t *number, int64_t sent_us,
    int64_t now_us);
/* is it time to be alone, and was not before?  1 or 0 */
int sharelost_alone(struct sharelost *, int64_t now_us);
/* what Redis has said, for parts of a whole */
void sharelost_answer(const struct sharelost *, const int64_t *number,
    uint32_t parts, int64_t sent_us, int64_t now_us, struct lease_answer *);
/* the same of a cap; it needs no lease: what it handed out stays so */
void sharelost_cap(const int64_t *number, uint32_t n, struct lease_answer *);
/* what is said without it */
void sharelost_without(const struct sharelost *, int64_t now_us,
    struct lease_answer *);

#endif
