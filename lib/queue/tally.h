#ifndef QUEUE_TALLY_H
#define QUEUE_TALLY_H

#include "base/buf.h"
#include "queue/nametable.h"
#include <stdint.h>

/*
 * Recipients counted in rows by what they have in common, and in columns by
 * age, attempts or state.  What comes when there are as many rows as may be is
 * counted together, as others.  Pure.
 */
enum {
	TALLY_ROWS_MAX = 50000,
	TALLY_KEY_MAX = 512, /* bytes of a row's name; the rest is cut */
	TALLY_COLUMNS = 12
};

struct tally_row {
	uint32_t name; /* NAMETABLE_NONE: the others */
	uint64_t total, column[TALLY_COLUMNS];
};

/* all zero but for names.seed is empty */
struct tally {
	struct nametable names;
	struct tally_row *row;
	uint32_t n, cap;
	struct tally_row others, sum;
};

/* one more recipient; 0, or -1 without memory */
int tally_add(struct tally *, const char *key, size_t n, unsigned column);
/* most first, and those with as many by name: the order of t->row */
void tally_sort(struct tally *);
/* the name of a row, as it was given */
const char *tally_name(const struct tally *, const struct tally_row *,
    size_t *n);
/* those behind the first n join the others */
void tally_cut(struct tally *, uint32_t n);
void tally_clear(struct tally *);

/*
 * Columns of age: below 5 minutes, 10, 20, ... 2560, and older; of attempts: 0,
 * 1, 2, 3, 4, 5-9, 10-19, 20-49, and more.
 */
unsigned tally_age_column(int64_t age_s);
unsigned tally_tries_column(unsigned tries);
enum { TALLY_AGES = 11, TALLY_TRIES = 9 };
extern const char *const tally_age_name[TALLY_AGES];
extern const char *const tally_tries_name[TALLY_TRIES];

#endif
