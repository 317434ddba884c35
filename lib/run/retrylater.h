#ifndef RUN_RETRYLATER_H
#define RUN_RETRYLATER_H

#include <stdint.h>

struct run;

/*
 * The chain says that what it answered with `later' may be asked again now:
 * limits have changed.  What waits for its next attempt goes on waiting.
 */
struct retrylater {
	uint32_t left; /* recipients to be looked at */
};

void retrylater_start(struct run *);
/* one slice; 1 when there is more to do */
int retrylater_slice(struct run *);

#endif
