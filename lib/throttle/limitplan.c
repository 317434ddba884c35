#include "throttle/limitplan.h"
#include <string.h>

/* the first slot is the one in which now is */
static void
advance(struct limitplan *p, int64_t now_us)
{
	int64_t past = now_us / LIMITPLAN_SLOT_US - p->begin;
	unsigned i, n = past < LIMITPLAN_SLOTS ? past : LIMITPLAN_SLOTS;

	if (past <= 0)
		return;
	for (i = 0; i < n; i++) {
		p->txns -= p->slot[i].txns;
		p->rcpts -= p->slot[i].rcpts;
	}
	memmove(p->slot, p->slot + n, (LIMITPLAN_SLOTS - n) * sizeof *p->slot);
	memset(p->slot + LIMITPLAN_SLOTS - n, 0, n * sizeof *p->slot);
	p->begin += past;
}

/* told to come in a slot */
static uint64_t
told(const struct limitplan *p, unsigned i, int rcpts)
{
	if (p == NULL)
		return 0;
	return rcpts ? p->slot[i].rcpts : p->slot[i].txns;
}

/*
 * So many of the first slot are over: they are taken to be spread evenly from
 * the first to the last of them.
 */
static uint64_t
passed(const struct limitplan *p, int rcpts, int64_t now_us)
{
	uint64_t n = told(p, 0, rcpts), us = now_us % LIMITPLAN_SLOT_US;
	const struct limitplan_slot *s = p->slot;

	if (n == 0 || us < s->first_us)
		return 0;
	if (us >= s->last_us)
		return n;
	return n * (us - s->first_us) / (s->last_us - s->first_us);
}

/* all who are still to come */
static uint64_t
to_come(const struct limitplan *p, int rcpts, int64_t now_us)
{
	if (p == NULL)
		return 0;
	return (rcpts ? p->rcpts : p->txns) - passed(p, rcpts, now_us);
}

/*
 * One more may come in a slot, behind all others there, when at its end, and
 * at the end of each later one, all who come until then have room.
 */
int64_t
limitplan_turn(struct limitplan *p, const struct limitplan_rate *r,
    uint32_t rcpts, int64_t at_us, int64_t now_us)
{
	struct bucket b = r->now;
	uint64_t sum, ahead = 0;
	uint32_t cost = r->rcpts ? rcpts : 1;
	int64_t slot = now_us / LIMITPLAN_SLOT_US, begin = LIMITPLAN_NEVER;
	int64_t end, t;
	unsigned i;

	if (p != NULL)
		advance(p, now_us);
	bucket_take(&b, r->limit, r->ahead, now_us);
	sum = to_come(p, r->rcpts, now_us);
	for (i = LIMITPLAN_SLOTS; i-- > 0; sum -= told(p, i, r->rcpts)) {
		end = (slot + i + 1) * LIMITPLAN_SLOT_US - 1;
		if (end < at_us ||
		    !bucket_fits(&b, r->limit, sum + cost, now_us,
			end - now_us))
			break;
		begin = (slot + i) * LIMITPLAN_SLOT_US;
		ahead = sum;
	}
	if (begin == LIMITPLAN_NEVER)
		return LIMITPLAN_NEVER;
	bucket_take(&b, r->limit, ahead, now_us);
	t = bucket_ready(&b, r->limit, cost, now_us);
	if (t < begin)
		t = begin;
	return t > at_us ? t : at_us;
}

void
limitplan_take(struct limitplan *p, uint32_t rcpts, int64_t at_us,
    int64_t now_us)
{
	uint32_t us = at_us % LIMITPLAN_SLOT_US;
	struct limitplan_slot *s;
	int64_t i;

	advance(p, now_us);
	i = at_us / LIMITPLAN_SLOT_US - p->begin;
	if (i < 0 || i >= LIMITPLAN_SLOTS)
		return;
	s = &p->slot[i];
	if (s->txns == 0 || us < s->first_us)
		s->first_us = us;
	if (us > s->last_us)
		s->last_us = us;
	s->txns++;
	s->rcpts += rcpts;
	p->txns++;
	p->rcpts += rcpts;
}
