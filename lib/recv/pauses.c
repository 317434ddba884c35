#include "recv/pauses.h"
#include <stddef.h>

static void
on_tick(void *arg)
{
	struct pauses *t = arg;
	struct pause *p, **slot;

	t->tick = (t->tick + 1) % PAUSES_TICKS;
	slot = &t->ring[t->tick];
	while ((p = *slot) != NULL) {
		pauses_remove(t, p);
		t->over(p);
	}
	if (t->n > 0 && !loop_timer_active(&t->ticks))
		loop_timer_set(&t->ticks, PAUSES_TICK_MS, on_tick, t);
}

int
pauses_add(struct pauses *t, struct pause *p, unsigned ms)
{
	unsigned n = (ms + PAUSES_TICK_MS - 1) / PAUSES_TICK_MS;
	struct pause **slot;

	if (pauses_has(p))
		return 0;
	if (n > PAUSES_TICKS - 2)
		n = PAUSES_TICKS - 2;
	/* the tick that is due next is not a whole one */
	slot = &t->ring[(t->tick + n + 1) % PAUSES_TICKS];
	p->next = *slot;
	if (p->next != NULL)
		p->next->link = &p->next;
	p->link = slot;
	*slot = p;
	t->n++;
	if (!loop_timer_active(&t->ticks))
		loop_timer_set(&t->ticks, PAUSES_TICK_MS, on_tick, t);
	return 1;
}

void
pauses_remove(struct pauses *t, struct pause *p)
{
	if (!pauses_has(p))
		return;
	*p->link = p->next;
	if (p->next != NULL)
		p->next->link = p->link;
	p->link = NULL;
	t->n--;
}
