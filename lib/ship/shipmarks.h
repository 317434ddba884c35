#ifndef SHIP_SHIPMARKS_H
#define SHIP_SHIPMARKS_H

#include "ship/batch.h"

/*
 * What became of each event of a batch that is sent in more than one piece, or
 * of which the receiver said what became of each: gathered here, and then told
 * in one receipt.  All zero at first.  Pure.
 */
struct shipmarks {
	size_t n;
	char *kind;       /* K, Z or D each */
	size_t *text;     /* where in texts its text begins */
	struct buf texts; /* NUL behind each; the first is empty */
	size_t last;      /* where the last one begins: many have the same */
	long seconds;     /* the longest that was asked for, -1: none */
	unsigned bad;     /* no memory */
};

/* a new batch, all of it K; 0, or -1: no memory */
int shipmarks_begin(struct shipmarks *, size_t n);
void shipmarks_free(struct shipmarks *);
/* n events from one on; text is cut at SHIP_TEXT_MAX */
void shipmarks_set(struct shipmarks *, size_t from, size_t n, char kind,
    const char *text);
/* of a Z: not before these have gone by, -1: not said */
void shipmarks_wait(struct shipmarks *, long seconds);
/* the receipt.  One Z when it is that of all, one D of one; else K and what is
 * not taken.  0, or -1: no memory, now or before */
int shipmarks_put(const struct shipmarks *, struct buf *receipt);

#endif
