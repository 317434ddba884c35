#ifndef THROTTLE_BUCKET_H
#define THROTTLE_BUCKET_H

#include <stdint.h>

/*
 * A rate limit: at most n in period_us, smoothly, with a burst (the
 * generic cell rate algorithm, ITU-T I.371, in exact integers).
 *
 * In every window of w microseconds at most  w * n / period_us + burst
 * pass, whatever the history.  With a burst of 1 two never pass closer
 * than period_us / n.  All zero is a bucket that has rested long.
 */
enum { BUCKET_N_MAX = 1000000 };
#define BUCKET_PERIOD_MAX_US (INT64_C(7) * 86400 * 1000000)
/* what an empty bucket may remember */
#define BUCKET_MEMORY_MAX_US (BUCKET_PERIOD_MAX_US * BUCKET_N_MAX)

struct bucket_limit {
	int64_t period_us; /* 1..BUCKET_PERIOD_MAX_US */
	uint32_t n;        /* 1.. */
	uint32_t burst;    /* 1.., so that bucket_memory_us() is at most
			    * BUCKET_MEMORY_MAX_US */
};

/* what is counted, and what something costs of each */
enum bucket_unit {
	BUCKET_TXNS,
	BUCKET_RCPTS,
	BUCKET_BYTES,
	BUCKET_CONNS, /* connections that may be opened */
	BUCKET_UNITS
};
struct bucket_cost {
	uint32_t of[BUCKET_UNITS];
};

struct bucket {
	int64_t at_us;    /* when the bucket is full again, */
	uint32_t at_frac; /* and 1/n of microseconds more */
};

/*
 * the earliest time, not before now_us, at which cost fits; a cost above
 * the burst fits when the bucket is full
 */
int64_t bucket_ready(const struct bucket *, const struct bucket_limit *,
    uint32_t cost, int64_t now_us);
/* let cost pass, now; call it when bucket_ready() is now */
void bucket_take(struct bucket *, const struct bucket_limit *, uint64_t cost,
    int64_t now_us);
/* how much cost can go from now_us on within span_us, at most ten minutes;
 * never above INT64_MAX */
int64_t bucket_within(const struct bucket *, const struct bucket_limit *,
    int64_t now_us, int64_t span_us);
/* can so much, at most what a burst and ten minutes let go twice over? */
int bucket_fits(const struct bucket *, const struct bucket_limit *,
    uint64_t cost, int64_t now_us, int64_t span_us);
/* how long an empty one remembers what has passed: microseconds until it is
 * full */
static inline int64_t
bucket_memory_us(const struct bucket_limit *l)
{
	return (__int128)l->burst * l->period_us / l->n;
}
/* nothing to remember: the same as an all zero one */
static inline int
bucket_full(const struct bucket *b, int64_t now_us)
{
	return b->at_us < now_us;
}

#endif
