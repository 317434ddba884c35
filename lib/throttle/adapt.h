#ifndef THROTTLE_ADAPT_H
#define THROTTLE_ADAPT_H

#include <stdint.h>

/*
 * A limit that is sought between two bounds: additive and multiplicative steps
 * up, multiplicative steps down (AIMD), and the value that failed is kept in
 * mind, as CUBIC does (RFC 9438).
 *
 *	ceiling not known   a quarter more in each step
 *	below it            half of the way to 3 % below it in each step
 *	there               2 % more each ADAPT_TRY_US; above it as much more as
 *	                    it is above, up to a quarter
 *	trouble             the ceiling is here; a tenth less, or, when that
 *	                    was not enough, what part of the results met it
 *	                    both times, and 5 %
 *
 * Steps down are rare, so that the results tell how much is too much.  Where
 * next to all is refused nobody knows: by who counts a minute at a time until
 * it turns, or by who is dead.
 *
 * A step up takes ADAPT_STEP_US and ADAPT_RESULTS results, and that all the
 * value allowed was used: else nothing is known of more.  What began before
 * the last step down says nothing of the value that is.
 *
 * Values are thousandths, so that small ones have steps, too.
 */
enum {
	ADAPT_ONE = 1000,
	ADAPT_STEP_US = 10000000,
	ADAPT_RESULTS = 10,
	ADAPT_HOLD_US = 10000000, /* between steps down */
	ADAPT_LESS = 10,          /* percent of one, at least */
	ADAPT_TROUBLE = 3,        /* results with trouble, and more than */
	ADAPT_SHARE = 100,        /* one in so many is too much */
	ADAPT_TRY_US = 60000000
};

struct adapt_range {
	uint32_t least, most;
	int whole; /* only whole ones count: connections */
};

/* all zero: nothing is known */
struct adapt {
	uint32_t value;     /* 0: it begins at the least */
	uint32_t ceiling;   /* failed; 0: not known */
	uint32_t good, bad; /* results of late */
	uint8_t share;      /* percent, of trouble before the last step down */
	uint32_t results;   /* in this step, */
	int64_t begun_us;   /* which began then */
	int64_t changed_us; /* the last change, */
	int64_t less_us;    /* and the last step down */
};

/* the value as it is */
static inline uint32_t
adapt_value(const struct adapt *a, const struct adapt_range *r)
{
	return a->value == 0 ? r->least : a->value;
}
/* can it become less? */
static inline int
adapt_yields(const struct adapt *a, const struct adapt_range *r)
{
	return adapt_value(a, r) > r->least;
}
/* of late next to nothing went through: it is not the value that is too much */
static inline int
adapt_shut(const struct adapt *a)
{
	return a->bad >= ADAPT_TROUBLE && a->bad / 9 >= a->good;
}
/* another range: the value is within it */
void adapt_fit(struct adapt *, const struct adapt_range *);
/*
 * adapt_learn - something that began at started_us has ended
 *
 * bad   it met trouble
 * used  all that the value allows was used since a->begun_us
 *
 * 1: the value has changed; 2: a step has ended without that; else 0.
 */
enum adapt_step { ADAPT_NONE, ADAPT_CHANGED, ADAPT_STAYED };
enum adapt_step adapt_learn(struct adapt *, const struct adapt_range *, int bad,
    int used, int64_t started_us, int64_t now_us);

#endif
