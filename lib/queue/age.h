#ifndef QUEUE_AGE_H
#define QUEUE_AGE_H

#include "base/buf.h"
#include <stdint.h>

/*
 * How old a message is, when the clock cannot be trusted.  Pure.
 *
 * Messages bear the time of the clock at which they were accepted.  Where
 * the clock has jumped since, by setting or over a time when nobody looked,
 * that jump does not count: a birth before a step forward is moved with it,
 * and one that lies in the future since a step back, too.  What is in the
 * future without such a reason, or older than any message may become, counts
 * from the start of the program.
 */
enum {
	AGE_STEPS_MAX = 16,         /* kept; the oldest are forgotten */
	AGE_STEP_MS = 60000,        /* a jump of the clock: from here on */
	AGE_AWAY_MS = 86400 * 1000, /* the same while nobody looked */
	AGE_TEXT_MAX = 1024         /* bytes of age_text() */
};

struct age {
	int64_t start_ms; /* of the program, by the clock as it is now */
	int64_t max_ms;   /* no message is older */
	struct age_step {
		int64_t at_ms, by_ms; /* the clock stood there, and went by */
	} step[AGE_STEPS_MAX];
	unsigned n;
	int64_t away_ms; /* 0 or less: it went so far since the last stop, and
			  * next attempts in files are not yet moved with it */
};

/* the clock was expected to stand at one time and stands at another, since
 * 1970.  1: that is a step, and births are other ones now; 0: it is none */
int age_clock(struct age *, int64_t expected_ms, int64_t now_ms,
    int64_t least_ms);
/* when a message was accepted, by the clock as it is now */
int64_t age_birth(const struct age *, int64_t birth_ms, int64_t now_ms);
/* the same of what was put right before the last step: only that counts */
int64_t age_stepped(const struct age *, int64_t birth_ms, int64_t now_ms);
/*
 * The next attempt that stands in a file, by the clock as it is now: no
 * later than it was to be before a step back, as far as that can be known.
 * max_ms: no attempt is ever set for a time further away.
 */
int64_t age_next(const struct age *, int64_t next_ms, int64_t now_ms,
    int64_t max_ms);

/* the steps and the time, to be kept in a file; 0 or -1 with errno */
int age_text(const struct age *, int64_t now_ms, struct buf *out);
/* the same read; its time, 0: there is none.  What is no line counts for
 * nothing */
int64_t age_read(struct age *, const char *p, size_t n);

#endif
