#ifndef QUEUE_DONE_H
#define QUEUE_DONE_H

#include "base/buf.h"
#include "queue/journal.h"
#include <stdint.h>

/*
 * The segments of the done-journal, QUEUE/done/NNNNNNNNNN, journal.h.
 *
 * The last one is appended to, and when it is full the next begins.  A
 * message that has lines in a segment and whose file still exists pins it;
 * segments are removed from the oldest on when nothing pins them, so a
 * message pins the oldest that names it and that is enough.
 */
enum {
	DONE_SEGMENT_BYTES = 4 << 20,
	DONE_SEGMENTS_MAX = 8 /* above: what pins the oldest is written home */
};

struct done_segment {
	uint32_t number, pins;
	uint8_t leaving; /* its removal is under way */
};

struct done {
	int dir, fd;         /* fd -1: the next append begins a segment */
	uint64_t bytes, max; /* of the open segment */
	struct done_segment *segment; /* oldest first, the last is open */
	uint32_t n, cap;
	uint32_t last;      /* highest number ever seen */
	unsigned cut : 1;   /* it may end in part of a line */
	unsigned dirty : 1; /* appended to since the last sync */
};

/*
 * done_open - find the segments in directory dir
 *
 * Each line is handed to line(); NULL is an empty line: what stands before it
 * had been logged when it was written.  0, or -1 with errno.
 */
int done_open(struct done *, int dir, uint64_t max,
    int (*line)(void *arg, const struct journal_line *, uint32_t segment),
    void *arg);
/*
 * done_append - whole lines, in one write
 *
 * 0, or -1 with errno: nothing of it counts, and the same may be tried again.
 */
int done_append(struct done *, const char *, size_t n);
/* what was appended to this segment and to those behind it is on the disk, their
 * names too; 0, or -1 with errno */
int done_sync(const struct done *, uint32_t from);
/* the number of the segment that lines are now appended to */
uint32_t done_current(const struct done *);
void done_pin(struct done *, uint32_t segment);
void done_unpin(struct done *, uint32_t segment);
/* the oldest segment if it may be removed, else 0; it is then leaving */
uint32_t done_oldest_free(struct done *);
/* the oldest segment if there are too many, else 0 */
uint32_t done_oldest_crowded(const struct done *);
/* the next segment that there is, which need not be the next number; 0: none */
uint32_t done_after(const struct done *, uint32_t segment);
/* it has been removed */
void done_removed(struct done *, uint32_t segment);
/* name of a segment in its directory; out has room for 11 bytes */
void done_name(char *out, uint32_t segment);

#endif
