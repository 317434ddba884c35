#ifndef SHIP_SHIPGATHER_H
#define SHIP_SHIPGATHER_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * A batch: events are appended to its text, one behind the other, until it has
 * what it may have; then it is sent, whole or in parts.  All zero it is empty.
 * Pure.
 */
struct shipgather {
	struct buf text; /* events, each with its LF */
	unsigned n;
	int64_t since_ms; /* when its first event was there, clock_mono_ms() */
	int64_t first_us; /* and the time of that */
	unsigned full : 1;
};

/* what it may have; an event alone may have more bytes */
struct shipgather_most {
	unsigned events;
	size_t bytes;
};

/*
 * shipgather_added - one more event stands at the end of the text
 *
 * before   bytes that were there without it
 * us       its time
 * now_ms   clock_mono_ms()
 *
 * Returns 1, and it belongs to the batch; 0: there is no room for it, it is taken
 * off again, and the batch is full.
 */
int shipgather_added(struct shipgather *, const struct shipgather_most *,
    size_t before, int64_t us, int64_t now_ms);
/* the event of that number, which is there, and its bytes with the LF */
const char *shipgather_event(const struct shipgather *, unsigned i, size_t *n);
/* the events of those numbers, which are there and go up, appended.  0, or -1
 * with ENOMEM */
int shipgather_part(const struct shipgather *, const uint16_t *which,
    unsigned n, struct buf *out);
/* it is empty again */
void shipgather_clear(struct shipgather *);

#endif
