#ifndef CHAIN_REFUSALS_H
#define CHAIN_REFUSALS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which refusals are told one by one, so that nobody fills a log by being
 * refused: in a window of time a few of each address and so many of all
 * strangers.  The others are counted for their address and told as one sum
 * when the window ends; of addresses for which there is no room as one for
 * all.  So the sums say with the single ones how many there were.
 */
enum {
	REFUSALS_WINDOW_S = 60,
	REFUSALS_ADDRESS_MAX = 20,     /* told of a stranger in a window */
	REFUSALS_ALL_MAX = 1000,       /* of all strangers */
	REFUSALS_OURS_MAX = 1000,      /* of one that may relay */
	REFUSALS_ADDRESSES_MAX = 1024, /* counted each for itself */
	REFUSALS_SLOTS = 2 * REFUSALS_ADDRESSES_MAX
};

struct refusals_of {
	unsigned char ip[16];
	uint32_t told;
	uint32_t untold;
	uint16_t code; /* of the last untold */
	unsigned char used;
};

/* all zero is a window that has just begun */
struct refusals {
	struct refusals_of slot[REFUSALS_SLOTS];
	unsigned n;                /* slots in use */
	unsigned told;             /* of strangers */
	struct refusals_of others; /* those without a slot */
};

/* one more, answered with code; 1: tell it, 0: it is in a sum */
int refusals_count(struct refusals *, const unsigned char ip[16], int ours,
    unsigned code);
/* 1 when nothing was counted in this window, else 0 */
int refusals_none(const struct refusals *);
/*
 * the next sum, from *i = 0 on; NULL: that was all, and a new window begins.
 * That of the others comes last, with `used` 0
 */
const struct refusals_of *refusals_sum(struct refusals *, size_t *i);

#endif
