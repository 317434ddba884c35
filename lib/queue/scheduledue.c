#include "queue/scheduleparts.h"

int64_t
due_of(const struct schedule *s, uint32_t e)
{
	return e & DUE_SITE ? s->site[e & ~DUE_SITE].until_ms
			    : s->rcpt[e].due_ms;
}

/* at one time recipients of a message come out together and in order */
static int
before(const struct schedule *s, uint32_t x, uint32_t y)
{
	int64_t dx = due_of(s, x), dy = due_of(s, y);
	const struct schedule_rcpt *p, *q;

	if (dx != dy)
		return dx < dy;
	if ((x | y) & DUE_SITE)
		return x > y;
	p = &s->rcpt[x];
	q = &s->rcpt[y];
	return p->message != q->message ? p->message < q->message : p->n < q->n;
}

static void
heap_set(struct schedule *s, uint32_t place, uint32_t e)
{
	s->heap[place] = e;
	if (e & DUE_SITE)
		s->site[e & ~DUE_SITE].place = place;
	else
		s->rcpt[e].a = place;
}

static void
heap_up(struct schedule *s, uint32_t i, uint32_t e)
{
	uint32_t up;

	while (i > 0 && before(s, e, s->heap[up = (i - 1) / 2])) {
		heap_set(s, i, s->heap[up]);
		i = up;
	}
	heap_set(s, i, e);
}

static void
heap_down(struct schedule *s, uint32_t i, uint32_t e)
{
	uint32_t child;

	while ((child = 2 * i + 1) < s->heap_n) {
		if (child + 1 < s->heap_n &&
		    before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!before(s, s->heap[child], e))
			break;
		heap_set(s, i, s->heap[child]);
		i = child;
	}
	heap_set(s, i, e);
}

int
due_add(struct schedule *s, uint32_t e)
{
	if (schedule_grow(&s->heap, s->heap_n, &s->heap_cap, sizeof *s->heap) ==
	    -1)
		return -1;
	heap_up(s, s->heap_n++, e);
	return 0;
}

void
due_remove(struct schedule *s, uint32_t i)
{
	uint32_t last = s->heap[--s->heap_n];

	if (i == s->heap_n)
		return;
	if (i > 0 && before(s, last, s->heap[(i - 1) / 2]))
		heap_up(s, i, last);
	else
		heap_down(s, i, last);
}

int64_t
schedule_due(const struct schedule *s)
{
	return s->heap_n == 0 ? INT64_MAX : due_of(s, s->heap[0]);
}
