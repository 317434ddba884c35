#ifndef POLICY_BACKOFF_H
#define POLICY_BACKOFF_H

#include <stdint.h>

/*
 * What a destination's answers say about how much to ask of it.
 *
 *   open      no limit of ours.  Trouble: reduced, to half of what was
 *             in flight
 *   reduced   grows by one with each success, quickly up to just below
 *             the number that failed, then one more every
 *             BACKOFF_TRY_US; trouble halves it again (a failed try goes
 *             back to where it was); nothing but trouble: closed
 *   closed    nothing for the least delay of the range, doubled each
 *             time up to the most; then one probe, whose success reopens
 *             step by step, and whose failure closes again
 *
 * Trouble that began before the last step down is the same trouble and
 * steps down no further.  All zero is open.
 */
enum {
	BACKOFF_TRY_US = 30 * 1000000,     /* one more than what failed */
	BACKOFF_FORGET_US = 600 * 1000000, /* without trouble: open again */
	BACKOFF_CEILING_MIN =
	    4,                /* fewer failing at first: not for their number */
	BACKOFF_RUN = 5,      /* failures without a success that may close */
	BACKOFF_RUN_SOFT = 10 /* refusals without a success that may */
};

enum backoff_sign {
	BACKOFF_NONE, /* says nothing about the destination */
	BACKOFF_GOOD, /* it works */
	BACKOFF_SOFT, /* it refuses for now, this or all */
	BACKOFF_HARD  /* too much for it, or dead */
};

struct backoff_range {
	uint32_t least_s, most_s;
	uint32_t full; /* enough to be open again; 0: not known */
};

struct backoff {
	int64_t until_us;   /* closed */
	int64_t changed_us; /* last step down, or try */
	int64_t failed_us;
	uint32_t limit; /* 0: open */
	uint32_t ceiling;
	uint16_t run, run_soft;
	uint8_t level; /* of the delay */
	uint8_t trying, good;
};

/*
 * the sign in a result, its values as they stand there (NUL at the end,
 * empty when missing); code 0: none
 */
enum backoff_sign backoff_sign(
    const char *status, unsigned code, const char *esc, const char *class);
/*
 * something that began at started_us has ended with this sign; left is
 * what is still in flight.  Returns 1 when this was a step down.
 */
int backoff_learn(struct backoff *, const struct backoff_range *,
    enum backoff_sign, unsigned left, int64_t started_us, int64_t now_us);
/* how many may be in flight now */
uint32_t backoff_allows(const struct backoff *, int64_t now_us);

#endif
