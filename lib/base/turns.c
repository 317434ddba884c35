#include "base/turns.h"
#include <stddef.h>

static void
append(struct turn *t)
{
	struct turn *g = t->up;

	t->next = NULL;
	t->prev = g->last;
	*(t->prev != NULL ? &t->prev->next : &g->first) = t;
	g->last = t;
	t->waits = 1;
}

static void
take_out(struct turn *t)
{
	struct turn *g = t->up;

	*(t->prev != NULL ? &t->prev->next : &g->first) = t->next;
	*(t->next != NULL ? &t->next->prev : &g->last) = t->prev;
	t->prev = t->next = NULL;
	t->waits = 0;
}

void
turn_add(struct turn *t)
{
	for (; t->up != NULL && !t->waits; t = t->up)
		append(t);
}

void
turn_remove(struct turn *t)
{
	while (t->waits) {
		take_out(t);
		t = t->up;
		if (t->first != NULL)
			return;
	}
}

struct turn *
turn_next(struct turn *root)
{
	struct turn *leaf = root, *t;

	while (leaf->first != NULL)
		leaf = leaf->first;
	if (leaf == root)
		return NULL;
	turn_remove(leaf);
	for (t = leaf->up; t->up != NULL; t = t->up)
		if (t->waits) {
			take_out(t);
			append(t);
		}
	return leaf;
}
