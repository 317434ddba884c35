#ifndef RUN_NEXTSOURCE_H
#define RUN_NEXTSOURCE_H

#include "base/buf.h"
#include "format/ltsv.h"
#include <stdint.h>

/*
 * From where the attempt before went, and from where recipients are not to be
 * tried the next time, or are: what a result says and asks for, job(5),
 * from-src, avoid-src and use-pool, by number, of which each recipient keeps
 * one.  It lasts until the next attempt, and no restart.
 */
enum {
	NEXTSOURCE_MAX = 1000,    /* different ones */
	NEXTSOURCE_NAME_MAX = 255 /* bytes of a source's or pool's name */
};

struct nextsource {
	char **labels; /* of jobs: "\tlast-src:X\tavoid-src:X"; NULL: nobody has
			* asked yet */
	unsigned n;
};

/* its number; 0: the result says nothing, or there are NEXTSOURCE_MAX others,
 * or memory is out: then the next attempt goes as any */
uint16_t nextsource_number(struct nextsource *, const struct ltsv *result);
/* as labels of the job line that ends b; 0, or -1 with ENOMEM */
int nextsource_put(const struct nextsource *, uint16_t number, struct buf *b);

#endif
