#include "throttle/capshare.h"
#include <string.h>

#define NEVER INT64_MAX

void
capshare_begin(struct capshare *s, int64_t turn_s, uint32_t used)
{
	uint8_t must = s->must;

	memset(s, 0, sizeof *s);
	s->turn_s = turn_s;
	s->got = used;
	s->must = must;
	s->ask_us = must ? 0 : NEVER;
}

int
capshare_goes(const struct capshare *s, uint32_t used, uint32_t cost)
{
	return used <= s->got && cost <= s->got - used;
}

int
capshare_heard(const struct capshare *s, int64_t now_us)
{
	return !s->must && s->calm_us <= now_us &&
	    (!s->asked ||
		now_us - (s->ask_us - LEASE_LOST_US) < CAPSHARE_AGAIN_US);
}

static void
soon(struct capshare *s, int64_t now_us)
{
	int64_t at_us = s->calm_us > now_us ? s->calm_us : now_us;

	if (!s->asked && s->full_us <= now_us && s->ask_us > at_us)
		s->ask_us = at_us;
}

void
capshare_want(struct capshare *s, uint32_t cost, int64_t now_us)
{
	s->need = cost;
	s->used_us = now_us;
	soon(s, now_us);
}

void
capshare_took(struct capshare *s, uint32_t used, int64_t now_us)
{
	s->used_us = now_us;
	if (s->got - used < s->block / CAPSHARE_PREFETCH) {
		if (s->need == 0)
			s->need = 1;
		soon(s, now_us);
	}
	if (s->ask_us == NEVER)
		s->ask_us = now_us + CAPSHARE_IDLE_US;
}

void
capshare_tell(struct capshare *s, int64_t now_us)
{
	if (s->asked || s->got > 0)
		s->must = 1;
	s->asked = 0;
	s->full_us = s->calm_us = 0;
	if (s->must || s->need > 0)
		s->ask_us = now_us;
}

void
capshare_leave(struct capshare *s, uint32_t used, int64_t now_us)
{
	if (s->got <= used)
		return;
	s->got = used;
	s->need = 0;
	s->asked = 0;
	s->must = 1;
	s->ask_us = now_us;
}

int
capshare_ask(struct capshare *s, uint32_t used, uint32_t *seq, int64_t now_us,
    struct lease_question *q)
{
	int idle = s->need == 0 && now_us - s->used_us >= CAPSHARE_IDLE_US;

	if (s->ask_us > now_us)
		return 0;
	if (s->need == 0 && !s->must && !idle) {
		s->ask_us = s->used_us + CAPSHARE_IDLE_US;
		return 0;
	}
	if (s->need == 0 && !s->must && s->got == used) {
		s->ask_us = NEVER;
		return 0;
	}
	/* what it does not have any more it does not use: that is before the
	 * question */
	if (idle)
		s->got = used;
	*q = (struct lease_question){ .seq = ++*seq,
		.have = s->got,
		.back = s->need,
		.want = s->need > 0 };
	s->seq = q->seq;
	s->asked = 1;
	s->ask_us = now_us + LEASE_LOST_US;
	return 1;
}

static void
more(struct capshare *s, const struct lease_answer *a, int64_t now_us)
{
	s->must = 0;
	if (a->has > a->kept) {
		s->block = a->has - a->kept;
		s->got += s->block;
	} else if (s->need > 0) {
		s->full_us =
		    now_us + (a->alone ? CAPSHARE_CLOSED_US : CAPSHARE_FULL_US);
	}
	s->need = 0;
}

int
capshare_answered(struct capshare *s, uint32_t used,
    const struct lease_answer *a, int64_t now_us)
{
	if (!s->asked || a->seq != s->seq)
		return 0;
	s->asked = 0;
	if (a->of == 0) {
		/* it may have been heard all the same */
		s->must = 1;
		s->ask_us = s->calm_us = now_us + CAPSHARE_AGAIN_US;
		return 1;
	}
	more(s, a, now_us);
	s->ask_us = s->got > used ? now_us + CAPSHARE_IDLE_US : NEVER;
	return 1;
}
