#include "throttle/bucket.h"

/*
 * Why nothing here overflows: what a bucket may be ahead of now is at most
 * burst * period / n, so times n it is at most 10^6 * 7 days = 6 * 10^17.
 */
int64_t
bucket_ready(const struct bucket *b, const struct bucket_limit *l,
    uint32_t cost, int64_t now_us)
{
	/* in units of 1/n microseconds: how far ahead it may be */
	int64_t may, frac = b->at_frac;

	if (b->at_us < now_us)
		return now_us;
	may = cost >= l->burst ? 0 : (int64_t)(l->burst - cost) * l->period_us;
	if ((b->at_us - now_us) * l->n + frac <= may)
		return now_us;
	/* the smallest t with (at_us - t) * n + frac <= may */
	if (may >= frac)
		return b->at_us - (may - frac) / l->n;
	return b->at_us + (frac - may + l->n - 1) / l->n;
}

/* what may go within a span, in units of 1/n microseconds */
static int64_t
within(const struct bucket *b, const struct bucket_limit *l, int64_t now_us,
    int64_t span_us)
{
	int64_t may = (int64_t)l->burst * l->period_us + span_us * l->n;

	if (b->at_us >= now_us)
		may -= (b->at_us - now_us) * l->n + b->at_frac;
	return may;
}

int64_t
bucket_within(const struct bucket *b, const struct bucket_limit *l,
    int64_t now_us, int64_t span_us)
{
	int64_t may = within(b, l, now_us, span_us);

	return may < 0 ? 0 : may / l->period_us;
}

int
bucket_fits(const struct bucket *b, const struct bucket_limit *l, uint64_t cost,
    int64_t now_us, int64_t span_us)
{
	return within(b, l, now_us, span_us) >= (int64_t)cost * l->period_us;
}

void
bucket_take(struct bucket *b, const struct bucket_limit *l, uint32_t cost,
    int64_t now_us)
{
	int64_t units = (int64_t)cost * l->period_us;

	if (b->at_us < now_us) {
		b->at_us = now_us;
		b->at_frac = 0;
	}
	b->at_us += units / l->n;
	b->at_frac += units % l->n;
	if (b->at_frac >= l->n) {
		b->at_frac -= l->n;
		b->at_us++;
	}
}
