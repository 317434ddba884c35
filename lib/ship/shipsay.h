#ifndef SHIP_SHIPSAY_H
#define SHIP_SHIPSAY_H

#include "ship/shipplaces.h"
#include <stdint.h>

/* How it goes with a destination, the event `shipping` of event(5). */
struct shipsay {
	const char *dest;
	uint64_t sent, retries; /* since it was said */
	int64_t first_us;       /* the oldest that is to be sent; 0: none */
	const char *why;        /* a batch is not taken; NULL */
	unsigned quiet : 1;     /* so it was when it was said last */
};

/* it, with the sums over all logs: 1; 0: there was nothing then, and is nothing
 * now */
int shipsay(struct shipsay *, const struct shipplaces *,
    const struct logsources *);

#endif
