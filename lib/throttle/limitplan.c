#include "throttle/limitplan.h"
#include <string.h>

enum { KIB = 1024 };

/* the first slot is the one in which now is */
static void
advance(struct limitplan *p, int64_t now_us)
{
	int64_t past = now_us / LIMITPLAN_SLOT_US - p->begin;
	unsigned i, u, n = past < LIMITPLAN_SLOTS ? past : LIMITPLAN_SLOTS;

	if (past <= 0)
		return;
	for (i = 0; i < n; i++)
		for (u = 0; u < BUCKET_UNITS; u++)
			p->told[u] -= p->slot[i].told[u];
	memmove(p->slot, p->slot + n, (LIMITPLAN_SLOTS - n) * sizeof *p->slot);
	memset(p->slot + LIMITPLAN_SLOTS - n, 0, n * sizeof *p->slot);
	p->begin += past;
}

/* as it is counted in a slot, and back */
static uint64_t
counted(enum bucket_unit u, uint64_t cost)
{
	return u == BUCKET_BYTES ? (cost + KIB - 1) / KIB : cost;
}

static uint64_t
meant(enum bucket_unit u, uint64_t told)
{
	return u == BUCKET_BYTES ? told * KIB : told;
}

/* told to come in a slot */
static uint64_t
told(const struct limitplan *p, unsigned i, enum bucket_unit u)
{
	return p == NULL ? 0 : meant(u, p->slot[i].told[u]);
}

/*
 * So many of the first slot are over: they are taken to be spread evenly from
 * the first to the last of them.
 */
static uint64_t
passed(const struct limitplan *p, enum bucket_unit u, int64_t now_us)
{
	uint64_t n = told(p, 0, u), us = now_us % LIMITPLAN_SLOT_US;
	const struct limitplan_slot *s = p->slot;
	uint64_t first = (uint64_t)s->first * LIMITPLAN_STEP_US,
		 last = (uint64_t)s->last * LIMITPLAN_STEP_US;

	if (n == 0 || us < first)
		return 0;
	if (us >= last)
		return n;
	return n * (us - first) / (last - first);
}

/* all who are still to come */
static uint64_t
to_come(const struct limitplan *p, enum bucket_unit u, int64_t now_us)
{
	if (p == NULL)
		return 0;
	return meant(u, p->told[u]) - passed(p, u, now_us);
}

/*
 * One more may come in a slot, behind all others there, when at its end, and
 * at the end of each later one, all who come until then have room.
 */
int64_t
limitplan_turn(struct limitplan *p, const struct limitplan_rate *r,
    struct bucket_cost what, int64_t at_us, int64_t now_us)
{
	struct bucket b = r->now;
	uint64_t sum, ahead = 0;
	uint32_t cost = what.of[r->unit];
	int64_t slot = now_us / LIMITPLAN_SLOT_US, begin = LIMITPLAN_NEVER;
	int64_t end, t;
	unsigned i;

	if (p != NULL)
		advance(p, now_us);
	bucket_take(&b, r->limit, r->ahead, now_us);
	sum = to_come(p, r->unit, now_us);
	for (i = LIMITPLAN_SLOTS; i-- > 0; sum -= told(p, i, r->unit)) {
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
limitplan_take(struct limitplan *p, struct bucket_cost cost, int64_t at_us,
    int64_t now_us)
{
	uint32_t us = at_us % LIMITPLAN_SLOT_US, step = us / LIMITPLAN_STEP_US;
	struct limitplan_slot *s;
	unsigned u;
	int64_t i;

	advance(p, now_us);
	i = at_us / LIMITPLAN_SLOT_US - p->begin;
	if (i < 0 || i >= LIMITPLAN_SLOTS)
		return;
	s = &p->slot[i];
	if (s->told[BUCKET_TXNS] == 0 || step < s->first)
		s->first = step;
	if (us > (uint32_t)s->last * LIMITPLAN_STEP_US)
		s->last = (us + LIMITPLAN_STEP_US - 1) / LIMITPLAN_STEP_US;
	for (u = 0; u < BUCKET_UNITS; u++) {
		s->told[u] += counted(u, cost.of[u]);
		p->told[u] += counted(u, cost.of[u]);
	}
}
