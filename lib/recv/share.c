#include "recv/share.h"
#include <stddef.h>

static uint64_t
least(enum share_kind k)
{
	return k == SHARE_CONNS ? SHARE_CONNS_LEAST
	    : k == SHARE_MEMORY ? SHARE_MEMORY_LEAST
				: 0;
}

/* what is free for somebody of this kind */
static uint64_t
free_for(const struct share_pool *p, int ours)
{
	uint64_t all = p->max > p->used ? p->max - p->used : 0;
	uint64_t most = p->max - p->max / SHARE_RESERVE, rest;

	if (ours)
		return all;
	rest = most > p->strangers ? most - p->strangers : 0;
	return rest < all ? rest : all;
}

enum share_verdict
share_ask(const struct share *s, enum share_kind k,
    const struct share_holder *h, uint64_t n)
{
	uint64_t room = free_for(&s->pool[k], h == NULL || h->ours), held;

	if (n > room)
		return SHARE_FULL;
	if (h == NULL)
		return SHARE_YES;
	room -= n;
	held = h->held[k] + n;
	if (held <= least(k))
		return SHARE_YES;
	if (held > (h->ours ? room : room / 2))
		return SHARE_ADDRESS;
	if (!h->ours && h->up != NULL && h->up->held[k] + n > room)
		return SHARE_NETWORK;
	return SHARE_YES;
}

void
share_add(struct share *s, enum share_kind k, struct share_holder *h,
    uint64_t n)
{
	s->pool[k].used += n;
	if (h != NULL && !h->ours)
		s->pool[k].strangers += n;
	for (; h != NULL; h = h->up)
		h->held[k] += n;
}

void
share_give(struct share *s, enum share_kind k, struct share_holder *h,
    uint64_t n)
{
	s->pool[k].used -= n;
	if (h != NULL && !h->ours)
		s->pool[k].strangers -= n;
	for (; h != NULL; h = h->up)
		h->held[k] -= n;
}

int
share_take(struct share *s, enum share_kind k, struct share_holder *h,
    uint64_t n)
{
	if (share_ask(s, k, h, n) != SHARE_YES)
		return -1;
	share_add(s, k, h, n);
	return 0;
}

int
share_scarce(const struct share *s, enum share_kind k)
{
	const struct share_pool *p = &s->pool[k];

	return free_for(p, 0) < p->max / SHARE_SCARCE;
}

int
share_empty(const struct share_holder *h)
{
	unsigned k;

	for (k = 0; k < SHARE_KINDS; k++)
		if (h->held[k] > 0)
			return 0;
	return 1;
}
