#ifndef RECV_PAUSES_H
#define RECV_PAUSES_H

#include "base/loop.h"

/*
 * Who is not served for a moment.  A ring of ticks has those whose pause ends
 * with each, and one timer serves all of them; it runs only while somebody
 * has a pause.
 */
enum {
	PAUSES_TICK_MS = 50,
	PAUSES_TICKS = 64 /* more than the longest pause has */
};

/* one who has a pause, in his own structure; all zero has none */
struct pause {
	struct pause *next, **link;
};

/* all zero but over is one in which nobody has a pause */
struct pauses {
	void (*over)(struct pause *); /* public: it is over, and he has none */
	struct pause *ring[PAUSES_TICKS];
	unsigned tick, n;
	struct loop_timer ticks;
};

/* does it have one? */
static inline int
pauses_has(const struct pause *p)
{
	return p->link != NULL;
}
/* a pause of ms, or as long as the ring has; who has one keeps it: 0, else
 * 1 */
int pauses_add(struct pauses *, struct pause *, unsigned ms);
/* it ends, and nobody is told; nothing if there is none */
void pauses_remove(struct pauses *, struct pause *);

#endif
