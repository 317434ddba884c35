#ifndef THROTTLE_BACKOFF_H
#define THROTTLE_BACKOFF_H

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
 *             time up to the most; then one probe (and another one each
 *             BACKOFF_PROBE_US that it hangs), whose success reopens step
 *             by step, and whose failure closes again
 *
 * Trouble that began before the last step down is the same trouble and
 * steps down no further.  What may be the fault of one message (BUSY, SOFT)
 * closes nothing before it has befallen another, and refusals count once for
 * each message.  All zero is open.
 */
enum {
	BACKOFF_TRY_US = 30 * 1000000,     /* one more than what failed */
	BACKOFF_PROBE_US = 30 * 1000000,   /* a probe that hangs: one more */
	BACKOFF_FORGET_US = 600 * 1000000, /* without trouble: open again */
	BACKOFF_CEILING_MIN =
	    4,                /* fewer failing at first: not for their number */
	BACKOFF_RUN = 5,      /* failures without a success that may close */
	BACKOFF_RUN_SOFT = 10 /* messages refused without a success that may */
};

enum backoff_sign {
	BACKOFF_NONE, /* says nothing about the destination */
	BACKOFF_GOOD, /* it works */
	BACKOFF_SOFT, /* it refuses for now, this message or all */
	BACKOFF_BUSY, /* too much for it, or for it with this message */
	BACKOFF_HARD  /* too much for it, or dead */
};

/*
 * What a result says, its values as they stand there (NUL at the end, empty
 * when missing).
 */
struct backoff_reply {
	const char *status, *class, *esc;
	unsigned code; /* 0: none */
	int heard;     /* a host is named: it was asked */
};

struct backoff_range {
	uint32_t least_s, most_s;
	uint32_t full; /* enough to be open again; 0: not known */
};

struct backoff {
	int64_t until_us;   /* closed */
	int64_t changed_us; /* last step down, or try */
	int64_t failed_us;
	uint32_t refused; /* messages since a success, a bit for each */
	uint32_t limit;   /* 0: open */
	uint32_t ceiling;
	uint32_t message; /* the first of the run */
	uint16_t run;
	uint8_t level; /* of the delay */
	uint8_t trying, good;
	uint8_t many; /* the run is of several messages, or of none */
};

/* what it says of the destination, by the table in throttle(8) */
enum backoff_sign backoff_sign(const struct backoff_reply *);
/*
 * something that began at started_us has ended with this sign; message tells
 * it from others (any hash), left is what is still in flight.  Returns 1 when
 * this was a step down.
 */
int backoff_learn(struct backoff *, const struct backoff_range *,
    enum backoff_sign, uint32_t message, unsigned left, int64_t started_us,
    int64_t now_us);
/* the range is another one: what is closed is so no longer than it says */
void backoff_fit(struct backoff *, const struct backoff_range *,
    int64_t now_us);
/* how many may be in flight now */
uint32_t backoff_allows(const struct backoff *, int64_t now_us);
/* when more than so many may be, by time alone; INT64_MAX: not by time */
int64_t backoff_next(const struct backoff *, uint32_t in_flight);

#endif
