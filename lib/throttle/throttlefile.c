#include "throttle/throttlefile.h"
#include "conf/word.h"
#include "throttle/throttle.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state {
	struct wordset seen; /* "KEY backoff", "KEY rate=N/PERIOD", "KEY 7" */
	unsigned n;
};

/* a limit of the rule's key, as it was said before: its line, 0, -1 ENOMEM */
static long
see(struct state *s, const struct throttle_rule *r, unsigned lineno,
    const char *limit)
{
	struct buf b = { 0 };
	long before = -1;

	if (buf_put(&b, r->key, r->key_len) == 0 &&
	    buf_printf(&b, " %s", limit) == 0)
		before =
		    wordset_add(&s->seen, buf_data(&b), buf_len(&b), lineno);
	buf_free(&b);
	return before;
}

/* one more rate of the rule's key: 0, above 0 when it has all that it may
 * have, -1 ENOMEM */
static long
one_more(struct state *s, const struct throttle_rule *r, unsigned lineno)
{
	char nth[16];
	unsigned i;
	long before = 1;

	for (i = 0; before > 0 && i < THROTTLE_RATES_MAX; i++) {
		snprintf(nth, sizeof nth, "%u", i);
		before = see(s, r, lineno, nth);
	}
	return before;
}

/* a program would not take the table */
static const char *
too_many(struct state *s, const struct throttle_rule *r, unsigned lineno)
{
	unsigned i;
	long full = 0;

	for (i = 0; full == 0 && i < r->n_rates; i++)
		full = one_more(s, r, lineno);
	return full == 0 ? NULL
	    : full == -1 ? "out of memory"
			 : "more than 8 rates under one key";
}

/* other limits of one key add up, over several lines, too */
static const char *
twice(struct state *s, const struct throttle_rule *r, unsigned lineno,
    char why[WORD_TWICE_MAX])
{
	const struct throttle_rate *rate = r->rate;
	char name[WORD_TWICE_MAX / 2] = "backoff";
	long before = 0;

	if (r->backoff.least_s > 0)
		before = see(s, r, lineno, name);
	for (; before == 0 && rate < r->rate + r->n_rates; rate++) {
		snprintf(name, sizeof name, "%s=%u/%s",
		    rate->rcpts ? "rcpt-rate" : "rate", rate->limit.n,
		    rate->unit);
		before = see(s, r, lineno, name);
	}
	if (before == -1)
		return "out of memory";
	if (before == lineno)
		snprintf(why, WORD_TWICE_MAX, "%s stands twice", name);
	else
		snprintf(why, WORD_TWICE_MAX,
		    "%s of this key stands in line "
		    "%ld already",
		    name, before);
	return before == 0 ? NULL : why;
}

static int
begins(const char *p, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(p, with, strlen(with)) == 0;
}

/* burst= belongs to a rate each */
static const char *
burst_twice(const char *p, const char *end)
{
	size_t n;
	int had = 0;

	for (; p < end; p += n + 1) {
		for (n = 0; p + n < end && p[n] != ' ' && p[n] != '\t'; n++)
			;
		if (begins(p, n, "rate=") || begins(p, n, "rcpt-rate="))
			had = 0;
		else if (begins(p, n, "burst=") && had++)
			return "burst= stands twice behind a rate";
	}
	return NULL;
}

/* what is wrong with a good rule beside others */
static const char *
repeats(struct state *s, const char *p, size_t n, const struct throttle_rule *r,
    unsigned lineno, char why[WORD_TWICE_MAX])
{
	static const char *const once[] = {
		"conn=", "msgs-per-conn=", "backoff=", NULL
	};
	const char *fault = word_twice(p, p + n, once, why);

	if (fault == NULL)
		fault = burst_twice(p, p + n);
	if (fault == NULL)
		fault = twice(s, r, lineno, why);
	return fault == NULL ? too_many(s, r, lineno) : fault;
}

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = state;
	struct buf out = { 0 };
	const char *reason;
	struct throttle_rule *r = throttle_parse(p, n, &reason);
	char number[16], why[WORD_TWICE_MAX];
	int bad = -1;

	if (r == NULL || throttle_print(&out, r) == -1)
		sink->wrong(sink->arg,
		    r == NULL && reason != NULL ? reason : "out of memory");
	else if (s->n == THROTTLE_RULES_MAX)
		sink->wrong(sink->arg, "more than 1000000 rules");
	else if (buf_len(&out) > THROTTLE_LINE_MAX)
		sink->wrong(sink->arg, "the line is too long");
	else if ((reason = repeats(s, p, n, r, lineno, why)) != NULL)
		sink->wrong(sink->arg, reason);
	else
		bad = sink->add(sink->arg, number,
		    snprintf(number, sizeof number, "%u", ++s->n),
		    buf_data(&out), buf_len(&out));
	buf_free(&out);
	free(r);
	return bad == 0 ? 0 : -1;
}

static int
finish(void *state, const struct conffile_sink *sink)
{
	struct state *s = state;
	char number[16];
	int n = snprintf(number, sizeof number, "%u", s->n);

	wordset_free(&s->seen);
	return sink->add(sink->arg, "n", 1, number, n);
}

const struct conffile conffile_throttle = { "throttle", sizeof(struct state),
	line, finish };
