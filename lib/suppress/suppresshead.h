#ifndef SUPPRESS_SUPPRESSHEAD_H
#define SUPPRESS_SUPPRESSHEAD_H

#include "suppress/suppressline.h"

/*
 * The beginning of a journal: "rohrpost-suppress 1 ID", and of one that was
 * written anew a second line "from ID AT END": what the journal ID had up to the
 * byte AT stands in this one up to END, as far as it still counts.  Both numbers
 * have 20 digits.  A table says "ID OFFSET" of the journal that is in it; so one
 * that was made of the journal before needs only what stands behind END.
 */
enum {
	SUPPRESSHEAD_FROM = 5 + SUPPRESSLINE_ID + 2 * 21 + 1,
	SUPPRESSHEAD_MAX = SUPPRESSLINE_HEAD + SUPPRESSHEAD_FROM
};

struct suppresshead {
	char id[SUPPRESSLINE_ID + 1];
	char from[SUPPRESSLINE_ID + 1]; /* "": it is no other's */
	uint64_t at, end;
};

/* p, n: the first bytes of the journal, SUPPRESSHEAD_MAX where there are so
 * many.  0, or -1: it is none */
int suppresshead_read(struct suppresshead *, const char *p, size_t n);
/* both lines into out; its length, SUPPRESSHEAD_MAX */
size_t suppresshead_write(char out[SUPPRESSHEAD_MAX + 1],
    const struct suppresshead *);
/*
 * suppresshead_start - from where on a journal tells what a table has not
 *
 * said, n  what the table says of its journal; n 0: there is no table
 * size     of the journal: no table has more of it
 *
 * Behind the head where the table knows neither this journal nor the one before.
 */
uint64_t suppresshead_start(const struct suppresshead *, const char *said,
    size_t n, uint64_t size);

#endif
