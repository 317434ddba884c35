#ifndef TIMED_H
#define TIMED_H

/* what tests of the limiter in virtual time share: chance, and who comes when */

#include <stdint.h>

static inline uint64_t
draw(uint64_t below)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

enum { TIMED_MAX = 500 };

/* the earliest first: a heap that begins at 1 */
struct timed {
	struct timed_entry {
		int64_t at;
		void *what;
	} e[TIMED_MAX + 1];
	unsigned n;
};

static inline void
timed_add(struct timed *h, void *what, int64_t at)
{
	unsigned i = ++h->n;

	for (; i > 1 && h->e[i / 2].at > at; i /= 2)
		h->e[i] = h->e[i / 2];
	h->e[i].at = at;
	h->e[i].what = what;
}

static inline void *
timed_take(struct timed *h)
{
	void *first = h->e[1].what;
	struct timed_entry last = h->e[h->n--];
	unsigned i, next;

	for (i = 1; (next = 2 * i) <= h->n; i = next) {
		next += next < h->n && h->e[next + 1].at < h->e[next].at;
		if (h->e[next].at >= last.at)
			break;
		h->e[i] = h->e[next];
	}
	h->e[i] = last;
	return first;
}

/* is somebody to come by then */
static inline int
timed_due(const struct timed *h, int64_t now)
{
	return h->n > 0 && h->e[1].at <= now;
}

/* when the next one comes, no later than that */
static inline int64_t
timed_next(const struct timed *h, int64_t until)
{
	return h->n > 0 && h->e[1].at < until ? h->e[1].at : until;
}

#endif
