#ifndef RECV_PATIENCE_H
#define RECV_PATIENCE_H

#include <stdint.h>

/*
 * How long a server listens to a client that sends commands and no mail.
 * A step towards a message is the first greeting, the first sender since
 * the last message, a recipient that is taken, DATA, the message.  All else
 * is in vain: after some of it each is followed by a pause, longer each
 * time, and at last the session ends.  A message that is accepted makes
 * good for all.  Recipients beyond what one message may have are no fault
 * for a while: who has many meets them honestly.
 */
enum {
	PATIENCE_FREE = 20,         /* in vain without a pause */
	PATIENCE_VAIN_MAX = 50,     /* the session ends with this */
	PATIENCE_EXCESS_MAX = 1000, /* recipients that were put off */
	PATIENCE_STEP_MS = 50,      /* the first pause; each is longer by it */
	PATIENCE_PAUSE_MAX_MS =
	    (PATIENCE_VAIN_MAX - PATIENCE_FREE) * PATIENCE_STEP_MS
};

enum patience_what {
	PATIENCE_HELO,
	PATIENCE_MAIL,
	PATIENCE_RCPT,
	PATIENCE_DATA,
	PATIENCE_MESSAGE,
	PATIENCE_OTHER
};

/* all zero: a client that has just come */
struct patience {
	uint16_t excess;
	uint8_t vain;
	uint8_t greeted : 1, began : 1;
};

/* this was answered with code; 1: a step, 0: not */
int patience_count(struct patience *, enum patience_what, unsigned code);
/* milliseconds to wait before the next command is read; 0: none */
unsigned patience_pause(const struct patience *);
static inline int
patience_over(const struct patience *p)
{
	return p->vain >= PATIENCE_VAIN_MAX;
}

#endif
