#include "throttle/lease.h"
#include <string.h>

#define NEVER INT64_MAX

typedef __int128 wide;

struct lease_whole
lease_rate(const struct bucket_limit *l)
{
	struct lease_whole w = { *l, LEASE_PARTS };

	if (l->burst < w.parts)
		w.parts = l->burst;
	return w;
}

struct lease_whole
lease_conn(uint32_t conn)
{
	return (struct lease_whole){ .parts = conn };
}

struct bucket_limit
lease_limit(const struct lease *s, const struct lease_whole *w)
{
	uint64_t burst = (uint64_t)w->limit.burst * s->has / s->of;

	return (struct bucket_limit){ w->limit.period_us * s->of,
		w->limit.n * s->has, burst == 0 ? 1 : (uint32_t)burst };
}

int64_t
lease_level(const struct lease *s, const struct lease_whole *w, int64_t now_us)
{
	struct bucket_limit l;
	int64_t owed_us;
	wide full, owed, per;

	if (s->has == 0)
		return 0;
	l = lease_limit(s, w);
	full = (wide)l.burst * LEASE_WHOLE / w->limit.burst;
	owed_us = s->now.at_us + 1 - now_us;
	if (owed_us <= 0 || s->now.at_us < now_us)
		return (int64_t)full;
	per = (wide)l.period_us * w->limit.burst;
	owed = ((wide)owed_us * l.n * LEASE_WHOLE + per - 1) / per;
	return (int64_t)(full - owed);
}

static void
set_level(struct lease *s, const struct lease_whole *w, int64_t level,
    int64_t now_us)
{
	struct bucket_limit l = lease_limit(s, w);
	wide lack = (wide)l.burst * LEASE_WHOLE - (wide)level * w->limit.burst;
	wide per = (wide)l.n * LEASE_WHOLE;

	memset(&s->now, 0, sizeof s->now);
	if (lack > 0)
		s->now.at_us =
		    now_us + (int64_t)((lack * l.period_us + per - 1) / per);
}

static void
drop(struct lease *s)
{
	s->has = s->back = s->more = 0;
	s->alone = 0;
	s->back_us = NEVER;
}

void
lease_want(struct lease *s, int64_t now_us)
{
	if (s->ask_us == 0 && s->seq == 0) {
		s->ask_us = s->back_us = NEVER;
		s->begun_us = now_us;
	}
	if (!s->asked && s->ask_us == NEVER)
		s->ask_us = now_us;
	/* it had not asked for all */
	if (!s->wanted && !s->asked && !s->all &&
	    s->ask_us > now_us + LEASE_LOOK_US)
		s->ask_us = now_us + LEASE_LOOK_US;
	s->wanted = 1;
}

uint32_t
lease_busy(const struct lease *s)
{
	return s->has - s->more;
}

int64_t
lease_due(const struct lease *s)
{
	int64_t at = s->ask_us;

	if (s->has > 0 && s->until_us < at)
		at = s->until_us;
	return !s->asked && s->back_us < at ? s->back_us : at;
}

void
lease_expire(struct lease *s, int64_t now_us)
{
	if (s->has > 0 && now_us >= s->until_us)
		drop(s);
}

/* parts that would be of use, by what was used of late */
static uint32_t
want(const struct lease *s, const struct lease_whole *w, int64_t now_us)
{
	int64_t past_us = now_us - s->begun_us;
	wide n;

	if (s->wanted)
		return w->parts;
	if (s->used == 0)
		return 0;
	if (w->limit.n == 0)
		n = s->used + s->used / 4 + 1;
	else
		/* a quarter more, and one for what is rounded */
		n = (wide)s->used * w->limit.period_us * w->parts * 5 /
			((wide)w->limit.n * (past_us < 1 ? 1 : past_us) * 4) +
		    2;
	return n < w->parts ? (uint32_t)n : w->parts;
}

/* so many go back, with what is theirs of the level */
static int64_t
give(struct lease *s, const struct lease_whole *w, uint32_t n, int64_t now_us)
{
	int64_t level, theirs;

	if (w->limit.n == 0) {
		s->has -= n;
		return 0;
	}
	level = lease_level(s, w, now_us);
	/* who keeps something keeps what is owed */
	theirs = n == s->has ? level
	    : level <= 0     ? 0
			     : (int64_t)((wide)level * n / s->has);
	s->has -= n;
	if (s->has > 0)
		set_level(s, w, level - theirs, now_us);
	return theirs;
}

static uint32_t
give_back(struct lease *s, const struct lease_whole *w, uint32_t busy,
    uint32_t wants, int64_t now_us)
{
	uint32_t n = s->back_us <= now_us ? s->back : 0, all;

	if (wants == 0)
		n = s->has;
	if (n > s->has)
		n = s->has;
	all = n;
	/* connections go back when they have ended */
	if (w->limit.n == 0 && s->has - n < busy)
		n = s->has > busy ? s->has - busy : 0;
	s->more = all - n;
	if (s->back_us <= now_us) {
		s->back = s->more;
		s->back_us = s->more > 0 ? now_us + LEASE_END_US : NEVER;
	}
	return n;
}

int
lease_ask(struct lease *s, const struct lease_whole *w, uint32_t busy,
    int64_t now_us, struct lease_question *q)
{
	lease_expire(s, now_us);
	if (s->ask_us - LEASE_GATHER_US > now_us &&
	    (s->asked || s->back_us > now_us))
		return 0;
	q->want = want(s, w, now_us);
	s->all = q->want == w->parts;
	s->none = q->want == 0;
	q->back = q->level = 0;
	/* what is had without Redis is nobody else's */
	if (s->has > 0 && !s->alone) {
		q->back = give_back(s, w, busy, q->want, now_us);
		if (q->back > 0)
			q->level = give(s, w, q->back, now_us);
	}
	q->have = s->alone ? 0 : s->has;
	if (w->limit.n == 0 && q->have < busy)
		q->have = busy;
	q->seq = ++s->seq;
	s->used = w->limit.n == 0 ? busy : 0;
	s->wanted = 0;
	s->begun_us = now_us;
	s->asked = 1;
	s->ask_us = now_us + LEASE_LOST_US;
	return 1;
}

void
lease_unheard(struct lease *s, int64_t now_us)
{
	if (!s->asked)
		return;
	s->asked = 0;
	s->ask_us = now_us + LEASE_LOOK_US;
}

/* the parts are others now: what was in the bucket, and what came */
static void
take(struct lease *s, const struct lease_whole *w, const struct lease_answer *a,
    int64_t now_us)
{
	int same = s->alone == a->alone && s->has > 0 && s->of == a->of;
	int64_t level = 0;

	if (w->limit.n > 0 && same) {
		level = lease_level(s, w, now_us);
		if (a->kept < s->has && level > 0)
			level = (int64_t)((wide)level * a->kept / s->has);
	}
	if (same && a->has == s->has && a->kept == s->has)
		return;
	s->has = a->has;
	s->of = a->of;
	s->alone = a->alone != 0;
	if (w->limit.n > 0 && s->has > 0)
		set_level(s, w, level + (a->alone ? 0 : a->level), now_us);
}

static void
give_back_then(struct lease *s, const struct lease_whole *w,
    const struct lease_answer *a, int64_t now_us)
{
	int64_t after_us = a->back_us;

	/* they are in flight: not asked again at once */
	if (s->more > 0 && after_us < LEASE_END_US)
		after_us = LEASE_END_US;
	s->more = w->limit.n == 0 && a->back_us <= 0 ? a->back : 0;
	if (s->more > s->has)
		s->more = s->has;
	s->back = a->back;
	s->back_us = a->back > 0 ? now_us + after_us : NEVER;
}

int
lease_answered(struct lease *s, const struct lease_whole *w,
    const struct lease_answer *a, int64_t now_us)
{
	int idle;

	if (!s->asked || a->seq != s->seq)
		return 0;
	s->asked = 0;
	lease_expire(s, now_us);
	if (a->has == 0 || a->until_us <= now_us) {
		drop(s);
	} else {
		take(s, w, a, now_us);
		s->until_us = a->until_us;
	}
	give_back_then(s, w, a, now_us);
	idle = s->has == 0 && s->none && !s->wanted;
	s->ask_us = idle
	    ? NEVER
	    : now_us + (a->retry_us > 0 ? a->retry_us : LEASE_RENEW_US);
	return 1;
}
