#ifndef MANY_PROGRESS_H
#define MANY_PROGRESS_H

#include "base/buf.h"
#include <stdint.h>

/* How far a run is, in words. */
struct progress {
	uint64_t sent, repeated, rejected; /* rows */
	uint64_t at, all;                  /* bytes of the list */
	int64_t ms;                        /* since it began */
};

/* "[====>     ]  41%  4100 sent, 812/s, 0:07 left"; 0, or -1 with ENOMEM */
int progress_bar(struct buf *, const struct progress *);
/* "9998 sent, 1 repeated, 1 rejected in 12.3 s" */
int progress_end(struct buf *, const struct progress *);

#endif
