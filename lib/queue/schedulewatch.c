#include "queue/schedule.h"

void
schedule_watch(struct schedule *s, uint32_t r, uint32_t at)
{
	s->rcpt[r].watch_s = at;
	if (at < s->watch_first)
		s->watch_first = at;
	if (s->watching && at < s->watch_next)
		s->watch_next = at;
}

void
schedule_watch_all(struct schedule *s)
{
	s->watch_first = 0;
	s->watching = 2; /* begin again, and all are due */
	s->watch_at = 0;
	s->watch_next = SCHEDULE_WATCH_NONE;
}

unsigned
schedule_watched(struct schedule *s, uint32_t now, uint32_t *out, unsigned max,
    unsigned steps)
{
	const struct schedule_rcpt *p;
	unsigned n = 0;

	if (!s->watching) {
		s->watching = 1;
		s->watch_at = 0;
		s->watch_next = SCHEDULE_WATCH_NONE;
	}
	for (; steps > 0 && n < max && s->watch_at < s->n_rcpt;
	     steps--, s->watch_at++) {
		p = &s->rcpt[s->watch_at];
		if (p->where == SCHEDULE_FREE ||
		    p->watch_s == SCHEDULE_WATCH_NONE)
			continue;
		if (s->watching == 2 || p->watch_s <= now)
			out[n++] = s->watch_at;
		else if (p->watch_s < s->watch_next)
			s->watch_next = p->watch_s;
	}
	if (s->watch_at == s->n_rcpt) {
		s->watching = 0;
		s->watch_first = s->watch_next;
	}
	return n;
}
