#ifndef RUN_ROUNDS_H
#define RUN_ROUNDS_H

#include "base/loop.h"

struct run;

/* What takes long is done in slices between rounds of the event loop. */
struct rounds {
	struct loop_timer timer;
	unsigned set; /* a slice is due */
	/* a slice of all that has one; 1: there is more to do */
	int (*slices)(struct run *);
};

void rounds_start(struct run *, int (*slices)(struct run *));
/* the loop comes round at once and runs the slices */
void rounds_more(struct run *);

#endif
