#ifndef RUN_SCAN_H
#define RUN_SCAN_H

#include "base/loop.h"
#include <dirent.h>
#include <stdint.h>

struct run;

/*
 * Scans of the queue's directories, which find what the FIFO has lost.  They
 * leave files alone that are younger than RUN_YOUNG_US: they may not be synced
 * yet, and their ids are on the way.
 */
struct scan {
	unsigned on; /* one is under way, */
	unsigned at; /* its next directory, */
	DIR *dir;    /* and the one that is open */
	struct loop_timer timer;
	int64_t at_ms; /* when the next one begins */
	struct loop_hook round;
	uint32_t used; /* recipients in memory in the round before */
};

/* the first one, at once */
void scan_start(struct run *);
/* one in so many ms; of two the earlier holds */
void scan_soon(struct run *, int64_t ms);
/* one slice; 1 when there is more to do */
int scan_slice(struct run *);

#endif
