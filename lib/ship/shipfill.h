#ifndef SHIP_SHIPFILL_H
#define SHIP_SHIPFILL_H

#include "ship/eventline.h"
#include "ship/logsources.h"
#include "ship/shipdead.h"
#include "ship/shipgather.h"

/*
 * The next batch of a destination is made: of lines of the logs that it wants, or
 * of its dead letters.
 */
enum { SHIPFILL_LINES = 20000 /* read before the event loop is looked at */ };

struct shipfill {
	/* its caller's */
	struct eventline how;
	struct shipgather_most most;
	/* only lines of this time, all of them, and then the end; a damaged one
	 * is no dead letter once more */
	int64_t from_us, to_us; /* to_us: not that any more */
	unsigned replay : 1;
	int letters_fd; /* dead letters to be sent again; -1 */
	/* the rest is of shipfill.c */
	struct shipgather next;
	struct buf letter;
	int64_t hold_ms;    /* until there will be more; -1: nothing waits */
	unsigned ended : 1; /* all that is there has been read */
	unsigned moved : 1; /* lines were taken; the caller sets it to 0 */
};

/* all zero, and the defaults */
void shipfill_init(struct shipfill *);
/* lines into the batch until it is full, or all are read, or SHIPFILL_LINES are */
void shipfill_logs(struct shipfill *, struct logsources *, struct shipdead *);
/* dead letters into the batch until it is full, or all are read; dir, in which
 * their file is, for what is said.  Ends the program with EXIT_TEMP where it
 * cannot be read */
void shipfill_letters(struct shipfill *, const char *dir);
void shipfill_free(struct shipfill *);

#endif
