#ifndef SHIP_SENDING_H
#define SHIP_SENDING_H

#include "ship/batch.h"
#include <stdint.h>

/*
 * A batch until nothing of it is left: what is sent next of it, and what a
 * receipt says of that.  Where a part was too large or refused, half of it is
 * sent, until it is known which event it was; behind that the parts grow again.
 */
enum sending_state { SENDING_WAITS, SENDING_TAKEN, SENDING_DEAD };

struct sending {
	uint8_t state[SHIP_EVENTS_MAX];
	uint16_t sent[SHIP_EVENTS_MAX]; /* which of the batch, by their number
					   in the part */
	unsigned n, n_sent, first, most;
};

void sending_begin(struct sending *, unsigned n_events);
/* the next part, into sent: how many; 0: nothing is left */
unsigned sending_part(struct sending *);
/*
 * sending_answer - what has become of the part
 *
 * dead  an event (its number in the batch) is refused for good: 0, or -1 when
 *       that could not be kept, and it waits
 *
 * Returns 1: go on at once; 0: later, since some were not taken.
 */
int sending_answer(struct sending *, struct shipreceipt *,
    int (*dead)(void *arg, unsigned event, const char *text, size_t n),
    void *arg);

#endif
