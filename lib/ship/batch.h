#ifndef SHIP_BATCH_H
#define SHIP_BATCH_H

#include "base/buf.h"
#include <stddef.h>

/*
 * What goes between log-ship and a link, ship-batch(5): batches of events down,
 * and for each a receipt up, both netstrings.  Here is their content.
 */
enum {
	SHIP_EVENTS_MAX = 10000,                /* of a batch */
	SHIP_BATCH_BYTES_MAX = 8 * 1024 * 1024, /* of a batch, framing apart */
	SHIP_RECEIPT_BYTES_MAX = 1024 * 1024,   /* of a receipt, the same */
	SHIP_TEXT_MAX = 900,                    /* of one answer's text */
	SHIP_SECONDS_MAX = 86400 /* that a receiver may ask for */
};

struct ship_event {
	const char *line; /* no LF behind it counts, and no NUL stands there */
	size_t len;
};

/*
 * shipbatch_split - the lines of a batch
 *
 * p, n  its content, which the slices in ev[0..max) point into
 *
 * Returns how many there are, at least 1, or -1: not lines that end in LF, an
 * empty one, or more than max.
 */
long shipbatch_split(const char *p, size_t n, struct ship_event *ev,
    size_t max);

/*
 * shipreceipt_put - the first line of a receipt
 *
 * kind     K taken, Z again later, S too large, D refused for good
 * seconds  of Z: not before these have gone by; -1: nothing is said
 * text     why, NULL or empty: nothing is said.  What is not printable becomes
 *          a ?, and what is longer than SHIP_TEXT_MAX is cut
 *
 * 0, or -1 with ENOMEM.
 */
int shipreceipt_put(struct buf *out, char kind, long seconds, const char *text);
/* behind a K: event i, from 0, was refused for good (D) or is to be sent again
 * (Z).  Texts that would make the receipt too long are left out */
int shipreceipt_event(struct buf *out, char kind, size_t i, const char *text);

/* a receipt that is read: its first line, and where the others are */
struct shipreceipt {
	char kind;
	long seconds; /* -1: not said */
	const char *text;
	size_t text_len;
	const char *rest; /* for shipreceipt_next() */
	size_t rest_len;
};

/* n_events: of the batch.  0, or -1: it is none, also in any of its lines */
int shipreceipt_read(struct shipreceipt *, const char *p, size_t n,
    size_t n_events);

/* what is said of one event: 1, or 0 behind the last */
struct shipreceipt_one {
	char kind;
	size_t i;
	const char *text;
	size_t text_len;
};
int shipreceipt_next(struct shipreceipt *, struct shipreceipt_one *);

#endif
