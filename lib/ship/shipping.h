#ifndef SHIP_SHIPPING_H
#define SHIP_SHIPPING_H

#include "base/restart.h"
#include "ship/eventline.h"
#include "ship/linkproc.h"
#include "ship/logsources.h"
#include "ship/sending.h"

/*
 * One destination at work: lines of the logs become batches, a link takes them,
 * and the place in the logs goes on behind what was taken.  While one batch is
 * on its way the next one is made.
 */
enum {
	SHIPPING_LINES = 20000,   /* read before the event loop is looked at */
	SHIPPING_CURSOR_MS = 200, /* at most so often the place is written */
	SHIPPING_SAY_MS = 60000,  /* and how it goes is logged */
	SHIPPING_STOP_MS = 2000,  /* to end in, once told to */
	SHIPPING_LOCK_MS = 3000   /* that one who ends is waited for */
};

struct shipping_batch {
	struct buf text;
	unsigned n;
	int64_t since_ms; /* when its first event was there */
	int64_t first_us; /* and the time of that */
	unsigned full : 1;
};

struct shipping {
	/* its caller's; what is zero is left out */
	const char *name, *dir; /* dir: where its state is kept */
	const char *root, *only;
	struct eventline how;
	unsigned batch;
	size_t batch_bytes;
	int64_t wait_ms, timeout_ms;
	struct linkproc link;
	struct restart pause;
	/* with each tick, to look whether something is new; may be NULL */
	void (*look)(struct shipping *);
	const char *labels; /* for that: the table of labels, */
	int64_t labels_ns;  /* and when it was changed */
	/* only lines of this time, all of them, and then the end; no place is
	 * kept */
	int64_t from_us, to_us;
	unsigned replay : 1;
	/* instead of logs: the dead letters of this descriptor */
	unsigned letters : 1;
	int letters_fd;
	/* the rest is of shipping.c */
	struct logsources logs;
	struct shipping_batch flight, next;
	struct sending sending;
	struct buf part, dead, letter;
	/* the places behind flight, and behind what has been taken */
	struct cursor *flying, *taken;
	unsigned n_flying, n_taken;
	int64_t saved_ms, hold_ms, started_ms;
	uint64_t sent, retries;
	char last_why[160];
	struct loop_timer pump, save, tick, say, stop;
	unsigned unsaved : 1, stopping : 1, waiting : 1, save_failed : 1,
	    dead_failed : 1, book_failed : 1, ended : 1, moved : 1, spoken : 1;
	unsigned
	    done : 1; /* public: of replay and letters, all was read and sent */
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
