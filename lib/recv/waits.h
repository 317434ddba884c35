#ifndef RECV_WAITS_H
#define RECV_WAITS_H

#include "base/list.h"
#include "base/loop.h"
#include <stdint.h>

/*
 * Who may wait how long.  A kind of waiting lasts equally long for all, so
 * that those of a kind stand in a line, first to expire first, and one timer
 * serves all of them.  Times are whole seconds of the monotonic clock: a
 * wait ends no earlier than it may, and up to a second later.
 */
enum { WAITS_KINDS = 7 };

/* one who waits, in his own structure; all zero does not */
struct waiter {
	struct list_node line;
	uint32_t until_s;
	unsigned char kind, waits;
};

/* all zero but the public members is one in which nobody waits */
struct waits {
	/* public: how long, and who is called when it is over; he waits no
	 * more then, or for something else */
	unsigned most_s[WAITS_KINDS];
	void (*expired)(struct waiter *);
	struct list line[WAITS_KINDS];
	struct loop_timer sweep;
	int64_t sweep_at_s;
};

/* now, in seconds */
int64_t waits_now_s(void);
/* he waits from now on, or anew */
void waits_set(struct waits *, struct waiter *, unsigned kind);
/* he waits no more; nothing if he does not */
void waits_end(struct waits *, struct waiter *);
/* does he wait so? */
static inline int
waits_is(const struct waiter *w, unsigned kind)
{
	return w->waits && w->kind == kind;
}
/* how long he has waited, in seconds */
int64_t waits_since_s(const struct waits *, const struct waiter *,
    int64_t now_s);
/* the first of a kind to expire, NULL: nobody waits so; and the next after
 * him */
struct waiter *waits_first(const struct waits *, unsigned kind);
struct waiter *waits_next(const struct waiter *);

#endif
