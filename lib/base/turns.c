#include "base/turns.h"
#include <stddef.h>

static struct list *
list_of(const struct turn *t)
{
	return t->is_light ? &t->up->light : &t->up->heavy;
}

static void
append(struct turn *t)
{
	t->is_light = t->used <= TURN_LIGHT;
	list_append(list_of(t), &t->line);
	t->waits = 1;
	t->up->turn.is_group = 1;
}

static void
take_out(struct turn *t)
{
	list_remove(list_of(t), &t->line);
	t->waits = 0;
}

static int
is_empty(const struct turn_group *g)
{
	return g->light.first == NULL && g->heavy.first == NULL;
}

void
turn_add(struct turn *t)
{
	for (; t->up != NULL && !t->waits; t = &t->up->turn)
		append(t);
}

void
turn_remove(struct turn *t)
{
	while (t->waits) {
		take_out(t);
		if (!is_empty(t->up))
			return;
		t = &t->up->turn;
	}
}

/* light ones and others in turn, while there are both */
static struct turn *
first_of(struct turn_group *g)
{
	g->was_light =
	    g->heavy.first == NULL || (g->light.first != NULL && !g->was_light);
	return (struct turn *)(g->was_light ? g->light.first : g->heavy.first);
}

struct turn *
turn_next(struct turn_group *root)
{
	struct turn *leaf, *t;

	if (is_empty(root))
		return NULL;
	/* a group waits only while something in it does */
	leaf = first_of(root);
	while (leaf->is_group)
		leaf = first_of((struct turn_group *)leaf);
	turn_remove(leaf);
	for (t = &leaf->up->turn; t->up != NULL; t = &t->up->turn)
		if (t->waits) {
			take_out(t);
			append(t);
		}
	return leaf;
}

void
turn_used(struct turn *t, uint32_t stretch, uint32_t n)
{
	for (; t != NULL; t = t->up == NULL ? NULL : &t->up->turn) {
		if (t->stretch != stretch)
			t->used = 0;
		t->stretch = stretch;
		t->used = n > UINT32_MAX - t->used ? UINT32_MAX : t->used + n;
	}
}
