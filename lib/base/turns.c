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
}

static void
take_out(struct turn *t)
{
	list_remove(list_of(t), &t->line);
	t->waits = 0;
}

static int
is_empty(const struct turn *t)
{
	return t->light.first == NULL && t->heavy.first == NULL;
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
		if (!is_empty(t))
			return;
	}
}

/* light ones and others in turn, while there are both */
static struct turn *
first_of(struct turn *t)
{
	t->was_light =
	    t->heavy.first == NULL || (t->light.first != NULL && !t->was_light);
	return (struct turn *)(t->was_light ? t->light.first : t->heavy.first);
}

struct turn *
turn_next(struct turn *root)
{
	struct turn *leaf = root, *t;

	while (!is_empty(leaf))
		leaf = first_of(leaf);
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

void
turn_used(struct turn *t, uint32_t stretch, uint32_t n)
{
	for (; t != NULL; t = t->up) {
		if (t->stretch != stretch)
			t->used = 0;
		t->stretch = stretch;
		t->used = n > UINT32_MAX - t->used ? UINT32_MAX : t->used + n;
	}
}
