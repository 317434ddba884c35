#ifndef QUEUE_RANGES_H
#define QUEUE_RANGES_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Numbers of recipients as text: "0-3,7,9-12", each bigger than the one
 * before, none twice.
 */
struct ranges {
	struct buf text;
	uint32_t first, last; /* the run that is not written yet */
	int any;
};

/* one more, bigger than the last; 0, or -1 with ENOMEM */
int ranges_add(struct ranges *, uint32_t n);
/* no more come: text is whole.  0, or -1 with ENOMEM */
int ranges_end(struct ranges *);
/* empty, memory kept */
void ranges_clear(struct ranges *);
void ranges_free(struct ranges *);
/*
 * ranges_next - walk through text
 *
 * Returns 1 with *first and *last of the next run and *p behind it, 0 at the
 * end, -1 where this is no such text, or a number is above max.
 */
int ranges_next(const char **p, const char *end, uint32_t max, uint32_t *first,
    uint32_t *last);
/* is it one, and not empty?  How many numbers there are, 0: it is none */
uint32_t ranges_count(const char *p, size_t n, uint32_t max);
/* is the number in there?  The text is a good one */
int ranges_has(const char *p, size_t n, uint32_t number);

#endif
