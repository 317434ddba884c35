#include "throttle/bucket.h"

/*
 * Why nothing here overflows: what a bucket may be ahead of now is at most
 * burst * period / n, which is a time; times n it is at most
 * 2^32 * 7 days, for which 64 bits are not enough.
 */
typedef __int128 units; /* of 1/n microseconds */

int64_t
bucket_ready(const struct bucket *b, const struct bucket_limit *l,
    uint32_t cost, int64_t now_us)
{
	/* how far ahead it may be */
	units may, frac = b->at_frac;

	if (b->at_us < now_us)
		return now_us;
	may = cost >= l->burst ? 0 : (units)(l->burst - cost) * l->period_us;
	if ((units)(b->at_us - now_us) * l->n + frac <= may)
		return now_us;
	/* the smallest t with (at_us - t) * n + frac <= may */
	if (may >= frac)
		return b->at_us - (int64_t)((may - frac) / l->n);
	return b->at_us + (int64_t)((frac - may + l->n - 1) / l->n);
}

/* what may go within a span */
static units
within(const struct bucket *b, const struct bucket_limit *l, int64_t now_us,
    int64_t span_us)
{
	units may = (units)l->burst * l->period_us + (units)span_us * l->n;

	if (b->at_us >= now_us)
		may -= (units)(b->at_us - now_us) * l->n + b->at_frac;
	return may;
}

int64_t
bucket_within(const struct bucket *b, const struct bucket_limit *l,
    int64_t now_us, int64_t span_us)
{
	units may = within(b, l, now_us, span_us);

	return may < 0 ? 0 : (int64_t)(may / l->period_us);
}

int
bucket_fits(const struct bucket *b, const struct bucket_limit *l, uint64_t cost,
    int64_t now_us, int64_t span_us)
{
	return within(b, l, now_us, span_us) >= (units)cost * l->period_us;
}

void
bucket_take(struct bucket *b, const struct bucket_limit *l, uint64_t cost,
    int64_t now_us)
{
	units u = (units)cost * l->period_us + b->at_frac;

	if (b->at_us < now_us) {
		b->at_us = now_us;
		u -= b->at_frac;
	}
	b->at_us += (int64_t)(u / l->n);
	b->at_frac = (uint32_t)(u % l->n);
}
