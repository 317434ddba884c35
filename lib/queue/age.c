#include "queue/age.h"
#include "base/num.h"
#include <string.h>

static void
add(struct age *a, int64_t at, int64_t by)
{
	if (a->n == AGE_STEPS_MAX)
		memmove(a->step, a->step + 1, --a->n * sizeof *a->step);
	a->step[a->n].at_ms = at;
	a->step[a->n++].by_ms = by;
}

int
age_clock(struct age *a, int64_t expected, int64_t now, int64_t least)
{
	int64_t by = now - expected;

	if (by < least && by > -AGE_STEP_MS)
		return 0;
	add(a, expected, by);
	return 1;
}

/* after a step back only what is in the future tells of itself on which side
 * of it it was born; until: as far as the clock came before the next step */
static int64_t
moved(const struct age_step *s, int64_t birth, int64_t until)
{
	return birth <= s->at_ms && (s->by_ms > 0 || birth > until)
	    ? birth + s->by_ms
	    : birth;
}

int64_t
age_stepped(const struct age *a, int64_t birth, int64_t now)
{
	if (a->n > 0)
		birth = moved(&a->step[a->n - 1], birth, now);
	return birth < now ? birth : now;
}

int64_t
age_birth(const struct age *a, int64_t birth, int64_t now)
{
	unsigned i;

	for (i = 0; i < a->n; i++)
		birth = moved(&a->step[i], birth,
		    i + 1 < a->n ? a->step[i + 1].at_ms : now);
	if (birth > now + AGE_STEP_MS || birth < now - a->max_ms)
		birth = a->start_ms;
	return birth < now ? birth : now;
}

int64_t
age_next(const struct age *a, int64_t next, int64_t now, int64_t max)
{
	unsigned i;

	next += a->away_ms;
	/* what is further away than anything that is set now was set before a
	 * step back that a queue-run saw, and did not go into all files */
	for (i = a->n; i-- > 0 && next > now + max;)
		if (a->step[i].by_ms < 0)
			next += a->step[i].by_ms;
	return next < now + max ? next : now + max;
}

/* "TIME\n", then "TIME +BY\n" or "TIME -BY\n", in milliseconds */
int
age_text(const struct age *a, int64_t now, struct buf *out)
{
	const struct age_step *s;

	if (buf_printf(out, "%015lld\n", (long long)now) == -1)
		return -1;
	for (s = a->step; s < a->step + a->n; s++)
		if (buf_printf(out, "%015lld %+lld\n", (long long)s->at_ms,
			(long long)s->by_ms) == -1)
			return -1;
	return 0;
}

static int
number(const char *p, const char *e, int64_t *out)
{
	uint64_t u;

	if (num_scan(p, e - p, 0, INT64_MAX / 2, &u) == -1)
		return -1;
	*out = u;
	return 0;
}

int64_t
age_read(struct age *a, const char *p, size_t n)
{
	const char *end = p + n, *e, *blank;
	int64_t now = 0, at, by;

	for (; p < end && (e = memchr(p, '\n', end - p)) != NULL; p = e + 1) {
		blank = memchr(p, ' ', e - p);
		if (blank == NULL && now == 0) {
			if (number(p, e, &now) == -1)
				return 0;
		} else if (blank != NULL && number(p, blank, &at) == 0 &&
		    e - blank > 2 && number(blank + 2, e, &by) == 0) {
			add(a, at, blank[1] == '-' ? -by : by);
		}
	}
	return now;
}
