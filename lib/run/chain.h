#ifndef RUN_CHAIN_H
#define RUN_CHAIN_H

#include "base/loop.h"
#include "chain/wire.h"
#include <sys/types.h>

struct run;

/* The delivering chain: jobs down, results up, deadlines. */
struct chain {
	struct wire wire;
	pid_t pid;
	const char *next_name; /* its first link */
	unsigned gone;         /* it takes no more jobs */
	struct loop_timer due_timer, deadline_timer, stall_timer, stop_timer;
	int64_t due_set_ms;
};

void chain_start(struct run *, char *const argv[]);
/* jobs down as far as there is room */
void chain_refill(struct run *);
void chain_stop(struct run *);
/* end the program, with everything recorded */
void run_end(struct run *, int status) __attribute__((noreturn));

#endif
