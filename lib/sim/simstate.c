#include "sim/simstate.h"
#include "base/day.h"
#include "base/die.h"

/* things that happen, by their times */

static int
before(const void *owner, const void *a, const void *b)
{
	const struct simrun_due *x = a, *y = b;

	(void)owner;
	return x->at_us != y->at_us ? x->at_us < y->at_us
				    : (int32_t)(x->turn - y->turn) < 0;
}

static void
moved(void *owner, const void *item, size_t place)
{
	(void)owner;
	(void)item;
	(void)place;
}

const struct heap_kind simstate_heap = { sizeof(struct simrun_due), before,
	moved };

/* words */

uint32_t
simstate_word(struct simrun *r, struct slice s)
{
	uint32_t i;
	int fresh;

	if (s.n == 0)
		return NAMETABLE_NONE;
	i = nametable_get(&r->words, s.p, s.n, &fresh);
	needs(i == NAMETABLE_NONE ? -1 : 0);
	return i;
}

struct slice
simstate_text(const struct simrun *r, uint32_t i)
{
	if (i == NAMETABLE_NONE)
		return (struct slice){ "", 0 };
	return (struct slice){ r->words.name[i].s, r->words.name[i].len };
}

/* recipients */

uint32_t
simstate_group(struct simrun *r, uint32_t rcpt)
{
	const struct simstore_rcpt *x = &r->store->rcpt[rcpt];
	const struct simrun_live *v = &r->live[rcpt];
	struct slice s = { "-", 1 };
	char day[DAY_TEXT];
	uint32_t g, word = NAMETABLE_NONE, name = SIMSTORE_NONE;

	switch (r->by) {
	case SIMGROUP_SITE: word = v->site; break;
	case SIMGROUP_VIA: word = v->via; break;
	case SIMGROUP_SRC: word = v->src; break;
	case SIMGROUP_PROVIDER: word = v->provider; break;
	case SIMGROUP_DAY:
		s.p = day_text(r->now_us / 1000000, day);
		s.n = strlen(day);
		break;
	case SIMGROUP_DOMAIN: name = x->domain; break;
	default: name = r->store->message[x->message].tenant; break;
	}
	if (word != NAMETABLE_NONE)
		s = simstate_text(r, word);
	else if (name != SIMSTORE_NONE)
		s.p = simstore_text(r->store, name, &s.n);
	g = simstat_group(r->stat, s.n == 0 ? "-" : s.p, s.n == 0 ? 1 : s.n);
	needs(g == NAMETABLE_NONE ? -1 : 0);
	return g;
}

static void
count(struct simrun *r, uint32_t rcpt, uint32_t g)
{
	SIMSTAT_COUNT(r->stat, g, rcpts);
	if (r->live[rcpt].flags & SIMRUN_CHANGED)
		SIMSTAT_COUNT(r->stat, g, changed);
	if (r->live[rcpt].flags & SIMRUN_WAITED)
		SIMSTAT_COUNT(r->stat, g, waited);
}

static void
drop(struct simrun *r, uint32_t rcpt)
{
	uint32_t at = r->live[rcpt].at, m = r->s.rcpt[at].message;

	schedule_drop(&r->s, at);
	r->live[rcpt].at = SCHEDULE_NONE;
	r->live[rcpt].flags |= SIMRUN_ENDED;
	r->ended++;
	if (r->s.message[m].first == SCHEDULE_NONE)
		schedule_forget(&r->s, m);
}

void
simstate_ended(struct simrun *r, uint32_t rcpt, enum simstore_end end)
{
	const struct simstore_message *m =
	    &r->store->message[r->store->rcpt[rcpt].message];
	uint32_t g = simstate_group(r, rcpt);

	count(r, rcpt, g);
	switch (end) {
	case SIMSTORE_SENT:
		needs(simstat_sent(r->stat, g, r->now_us,
		    r->now_us - m->birth_us));
		break;
	case SIMSTORE_BOUNCED: SIMSTAT_COUNT(r->stat, g, bounced); break;
	case SIMSTORE_EXPIRED: SIMSTAT_COUNT(r->stat, g, expired); break;
	case SIMSTORE_DELETED: SIMSTAT_COUNT(r->stat, g, deleted); break;
	case SIMSTORE_OPEN: SIMSTAT_COUNT(r->stat, g, queued); break;
	}
	drop(r, rcpt);
}

void
simstate_want(struct simrun *r)
{
	if (r->wanted_us > r->now_us)
		r->wanted_us = r->now_us;
}

void
simstate_queued(struct simrun *r, uint32_t rcpt)
{
	uint32_t g = simstate_group(r, rcpt);

	count(r, rcpt, g);
	SIMSTAT_COUNT(r->stat, g, queued);
}
