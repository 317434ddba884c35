#ifndef SHIP_SHIPPING_H
#define SHIP_SHIPPING_H

#include "ship/shipfill.h"
#include "ship/shipsay.h"
#include "ship/shipsend.h"

/*
 * One destination at work: lines of the logs become batches, a link takes them,
 * and the place in the logs goes on behind what was taken.  While one batch is
 * on its way the next one is made.
 */
enum {
	SHIPPING_CURSOR_MS = 200, /* at most so often the place is written */
	SHIPPING_SAY_MS = 60000,  /* and how it goes is logged */
	SHIPPING_STOP_MS = 2000,  /* to end in, once told to */
	SHIPPING_LOCK_MS = 3000   /* that one who ends is waited for */
};

struct shipping {
	/* its caller's; what is zero is left out */
	const char *name, *dir; /* dir: where its state is kept */
	const char *root, *only;
	int64_t wait_ms;      /* for a batch to become full */
	struct shipfill fill; /* with replay no place is kept */
	struct shipsend send;
	/* with each tick, to look whether something is new; may be NULL */
	void (*look)(struct shipping *);
	const char *labels; /* for that: the table of labels, */
	int64_t labels_ns;  /* and when it was changed */
	/* instead of logs: dead letters */
	unsigned letters : 1;
	/* to read, of replay and letters: all was read and sent */
	unsigned done : 1;
	/* the rest is of shipping.c */
	struct logsources logs;
	struct shipplaces places;
	struct shipdead dead;
	struct shipsay say;
	int64_t saved_ms;
	struct loop_timer pump, save, tick, saying, stop;
	unsigned unsaved : 1, save_failed : 1, book_failed : 1;
};

/* all zero, and the defaults */
void shipping_init(struct shipping *);
/* read the place and begin; from_now: where none is kept, with what comes from
 * now on.  Ends the program with EXIT_TEMP where the place is damaged, or the
 * logs cannot be read */
void shipping_start(struct shipping *, int from_now);
/* told to end: what is on its way may still be answered; then the loop stops */
void shipping_stop(struct shipping *);
/* behind the loop: the place is written, and the link ends */
void shipping_finish(struct shipping *);

#endif
