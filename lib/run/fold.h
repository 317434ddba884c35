#ifndef RUN_FOLD_H
#define RUN_FOLD_H

#include "base/buf.h"
#include "base/loop.h"
#include "queue/jobhead.h"
#include "queue/name.h"
#include <stdint.h>

struct run;

/*
 * Too many segments: somewhere in the oldest stands a message that is not
 * finished yet.  The states which that segment has for messages whose file
 * is still there, in memory or not, are written into their files, and then it
 * pins nothing any more.  Where a file cannot be written to, its lines
 * are carried over into the last segment.
 */
struct fold {
	unsigned on, wait; /* a segment is being folded; there is a pause */
	struct loop_timer timer;
	uint32_t segment;
	int fd;                  /* the segment, -1 */
	struct buf lines, carry; /* read and not used; carried over */
	/* the message whose lines come now */
	char id[NAME_LEN];
	int file, error; /* -1, and why */
	struct jobhead *head;
};

enum fold_result {
	FOLD_NOTHING, /* to be done now */
	FOLD_MORE,
	FOLD_DONE /* the segment is pinned no more */
};

void fold_start(struct run *);
/* are there too many segments, and is it not the time of a pause? */
int fold_wanted(const struct run *);
enum fold_result fold_slice(struct run *);

#endif
