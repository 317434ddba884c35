#include "send/places.h"
#include <stdlib.h>
#include <string.h>

int
sendplaces_open(struct sendplaces *p)
{
	p->all = calloc(p->max + 1, sizeof *p->all);
	return p->all == NULL ? -1 : 0;
}

struct sendplace *
sendplaces_new(struct sendplaces *p, struct sendslot *s)
{
	struct sendplace *place = calloc(1, sizeof *place);

	if (place == NULL)
		return NULL;
	place->slot = s;
	place->index = p->n;
	p->all[p->n++] = place;
	s->n_conn++;
	list_append(&s->all_conns, &place->conns);
	return place;
}

/* the last comes in its place: whoever walks down has seen it already */
void
sendplaces_free(struct sendplaces *p, struct sendplace *place)
{
	if (place->conn.is_idle)
		sendplaces_busy(p, place);
	p->all[place->index] = p->all[--p->n];
	p->all[place->index]->index = place->index;
	place->slot->n_conn--;
	list_remove(&place->slot->all_conns, &place->conns);
	free(place);
}

void
sendplaces_idle(struct sendplaces *p, struct sendplace *place)
{
	list_prepend(&place->slot->idle, &place->idle);
	p->n_idle++;
}

void
sendplaces_busy(struct sendplaces *p, struct sendplace *place)
{
	list_remove(&place->slot->idle, &place->idle);
	p->n_idle--;
}

struct sendplace *
sendplaces_any_idle(const struct sendplaces *p)
{
	size_t i;

	for (i = 0; p->n_idle > 0 && i < p->n; i++)
		if (p->all[i]->conn.is_idle)
			return p->all[i];
	return NULL;
}

int
sendplaces_stands(const struct sendplaces *p, const struct sendslot *s,
    const char *ip)
{
	size_t i;

	for (i = 0; s->n_conn > 1 && i < p->n; i++)
		if (p->all[i]->slot == s && p->all[i]->conn.heard &&
		    strcmp(p->all[i]->conn.host.ip, ip) == 0)
			return 1;
	return 0;
}
