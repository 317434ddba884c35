#include "queue/scheduleparts.h"

int64_t
due_of(const struct schedule *s, uint32_t e)
{
	return e & DUE_SITE ? s->site[e & ~DUE_SITE].until_ms
			    : s->rcpt[e].due_ms;
}

/* at one time recipients of a message come out together and in order */
int
due_before(const struct schedule *s, uint32_t x, uint32_t y)
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

static int
item_before(const void *s, const void *x, const void *y)
{
	return due_before(s, *(const uint32_t *)x, *(const uint32_t *)y);
}

static void
item_moved(void *owner, const void *item, size_t place)
{
	struct schedule *s = owner;
	uint32_t e = *(const uint32_t *)item;

	if (e & DUE_SITE)
		s->site[e & ~DUE_SITE].place = place;
	else
		s->rcpt[e].a = place;
}

static const struct heap_kind numbers = { sizeof(uint32_t), item_before,
	item_moved };

int
due_add(struct schedule *s, uint32_t e)
{
	return heap_add(&s->due, &numbers, s, &e);
}

void
due_remove(struct schedule *s, uint32_t place)
{
	heap_remove(&s->due, &numbers, s, place);
}

int64_t
schedule_due(const struct schedule *s)
{
	return s->due.n == 0 ? INT64_MAX : due_of(s, due_at(s, 0));
}
