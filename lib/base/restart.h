#ifndef BASE_RESTART_H
#define BASE_RESTART_H

#include "base/loop.h"

/*
 * When what has ended is started again: not at once, and each time later that
 * it was of no use.  Its user says what use is, and how long the shortest pause
 * and the longest are; all else is zero at first.
 */
struct restart {
	int64_t first_ms, max_ms;
	int64_t pause_ms;     /* the last pause; 0: it was of use since */
	int64_t at_ms;        /* not before, as clock_mono_ms() */
	unsigned waiting : 1; /* start() will come */
	struct loop_timer timer;
	void (*start)(void *arg);
	void *arg;
};

/* it has ended, or could not be started: the next pause begins */
void restart_failed(struct restart *);
/* it was of use: the next pause will be the shortest */
static inline void
restart_good(struct restart *r)
{
	r->pause_ms = 0;
}
/* call start(arg) from the event loop, when the pause is over */
void restart_wait(struct restart *, void (*start)(void *arg), void *arg);
/* do not */
void restart_stop(struct restart *);

#endif
