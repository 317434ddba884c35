#ifndef RUN_CLEANING_H
#define RUN_CLEANING_H

#include "base/loop.h"
#include "run/helper.h"
#include <stdint.h>

struct run;

/*
 * queue-clean removes what is finished, beside the loop: a message file for
 * a line "ID", a journal segment for "drop NUMBER" (after a sync of the file
 * system), and it syncs a segment for "sync NUMBER".  Each line comes back
 * when it is done.
 */
struct cleaning {
	struct helper helper;
	char *argv[3]; /* its */
	struct loop_timer sync_timer, again_timer;
	unsigned syncing;      /* a sync is not answered yet, */
	int64_t sync_at_ms;    /* asked for then, */
	uint32_t sync_segment; /* those before it are synced, or asked for */
	uint32_t unremoved_at; /* messages whose removal is asked for again */
	uint32_t n_leaving;    /* messages */
};

void cleaning_start(struct run *);
void cleaning_stop(struct run *);
/* a message has no recipient left: it leaves memory when its file is gone */
void cleaning_message(struct run *, uint32_t message);
/* segments may have become free */
void cleaning_segments(struct run *);
/* the journal has been written to */
void cleaning_dirty(struct run *);
/* one slice; 1 when there is more to do */
int cleaning_slice(struct run *);

#endif
