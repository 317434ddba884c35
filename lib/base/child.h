#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/loop.h"
#include "base/spawn.h"

/*
 * A child under the event loop: started as base/spawn.h says, and its end is
 * heard of through the loop, never waited for.
 */
struct child {
	pid_t pid; /* 0: none runs */
	/* with spawn's `apart`, before it starts: what it leaves behind of its
	 * process group ends with it */
	unsigned all : 1;
	/* the rest is of child.c */
	unsigned apart : 1;
	int pidfd;
	struct loop_io io;
	void (*ended)(void *arg, int wait_status);
	void *arg;
};

/*
 * child_start - a child, and what comes when it has ended
 *
 * ended  comes once, from the event loop, with the status as of waitpid(2);
 *        the structure is free for use again then
 *
 * Returns 0, or -1 with errno and nothing started.  All descriptors stay the
 * caller's.
 */
int child_start(struct child *, const struct spawn *,
    void (*ended)(void *arg, int wait_status), void *arg);

/* SIGKILL for it, and with `apart` for all of its group; ended() comes.
 * Nothing when none runs */
void child_kill(struct child *);

/* the same, and it is waited for: ended() does not come */
void child_end(struct child *);

#endif
