#include "share/sharelost.h"
#include <stdio.h>
#include <string.h>

int
sharelost_down(struct sharelost *s, const char *why, int64_t now_us)
{
	s->up = 0;
	if (s->lost_us == 0)
		s->lost_us = now_us;
	else if (strncmp(s->why, why, SHARELOST_WHY_MAX) == 0 ||
	    now_us - s->told_us < SHARELOST_TELL_MS * INT64_C(1000))
		return 0;
	s->told_us = now_us;
	snprintf(s->why, sizeof s->why, "%s", why);
	return 1;
}

int
sharelost_up(struct sharelost *s, const int64_t *number, int64_t sent_us,
    int64_t now_us)
{
	int was = s->lost_us != 0 || !s->ever;

	s->up = 1;
	if (number[SHARESCRIPT_WAIT] > 0) {
		s->wait_us = sent_us + number[SHARESCRIPT_WAIT];
		if (s->wait_us > now_us)
			return 0;
	}
	s->lost_us = s->wait_us = 0;
	s->alone = 0;
	s->ever = 1;
	return was;
}

int
sharelost_alone(struct sharelost *s, int64_t now_us)
{
	if (s->up || s->alone || s->lost_us == 0 || s->machines == 0 ||
	    now_us - s->lost_us < LEASE_TERM_US + LEASE_MARGIN_US)
		return 0;
	s->alone = 1;
	return 1;
}

void
sharelost_without(const struct sharelost *s, int64_t now_us,
    struct lease_answer *a)
{
	int64_t until_us = now_us + LEASE_ALONE_US;

	memset(a, 0, sizeof *a);
	a->of = s->machines == 0 ? 1 : s->machines;
	a->retry_us = LEASE_ALONE_US / 2;
	if (s->up && s->wait_us < until_us) {
		until_us = s->wait_us;
		a->retry_us = until_us > now_us ? until_us - now_us + 1000
						: LEASE_LOOK_US;
	}
	if (!s->alone || until_us <= now_us)
		return;
	a->alone = 1;
	a->has = 1;
	a->until_us = until_us;
}

/* numbers that are none of ours are none */
static uint32_t
part(int64_t n, uint32_t most)
{
	return n < 0 ? 0 : n > most ? most : (uint32_t)n;
}

static int64_t
within(int64_t n, int64_t most)
{
	return n < 0 ? 0 : n > most ? most : n;
}

void
sharelost_answer(const struct sharelost *s, const int64_t *number,
    uint32_t parts, int64_t sent_us, int64_t now_us, struct lease_answer *a)
{
	if (s->wait_us > 0 && s->alone) {
		sharelost_without(s, now_us, a);
		return;
	}
	memset(a, 0, sizeof *a);
	a->of = parts;
	a->has = part(number[SHARESCRIPT_HAS], parts);
	a->kept = part(number[SHARESCRIPT_KEPT], a->has);
	a->level = number[SHARESCRIPT_LEVEL] < -1000 * LEASE_WHOLE
	    ? -1000 * LEASE_WHOLE
	    : number[SHARESCRIPT_LEVEL];
	if (a->level > LEASE_WHOLE)
		a->level = LEASE_WHOLE;
	a->until_us = sent_us + LEASE_TERM_US - LEASE_MARGIN_US;
	a->back = part(number[SHARESCRIPT_BACK], parts);
	a->back_us = within(number[SHARESCRIPT_BACK_AFTER], LEASE_TERM_US);
	a->retry_us = within(number[SHARESCRIPT_RETRY], 2 * LEASE_TERM_US);
}

void
sharelost_cap(const int64_t *number, uint32_t n, struct lease_answer *a)
{
	memset(a, 0, sizeof *a);
	a->of = n;
	a->has = part(number[SHARESCRIPT_HAS], n);
	a->kept = part(number[SHARESCRIPT_KEPT], a->has);
	a->back = part(number[SHARESCRIPT_LEFT], n);
	a->alone = number[SHARESCRIPT_CLOSED] != 0;
}
