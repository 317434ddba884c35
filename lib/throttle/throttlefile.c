#include "throttle/throttlefile.h"
#include "base/zone.h"
#include "conf/word.h"
#include "throttle/throttle.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct state {
	struct wordset seen; /* "KEY backoff", "KEY rate=N/PERIOD", "KEY 7" */
	struct throttle_tags tags;
	unsigned n, n_shapes;
	uint64_t text; /* throttle_text() of all lines; 0: of none yet */
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
	char cap[THROTTLE_CAP_TEXT];
	long before = 0;
	unsigned i;

	if (r->backoff.least_s > 0 || r->no_backoff)
		before = see(s, r, lineno, name);
	for (; before == 0 && rate < r->rate + r->n_rates; rate++) {
		snprintf(name, sizeof name, "%s=%" PRIu64 "/%s",
		    throttle_rates[rate->what], rate->n, rate->unit);
		before = see(s, r, lineno, name);
	}
	for (i = 0; before == 0 && i < r->n_caps; i++) {
		struct throttle_cap c = r->cap[i];

		/* whatever its number */
		c.n = 0;
		throttle_cap_text(&c, cap);
		before = see(s, r, lineno, cap);
		snprintf(name, sizeof name, "%s",
		    c.warm                       ? "warm"
			: c.what == BUCKET_RCPTS ? "rcpt-cap"
						 : "cap");
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

/* another name of a tag, or kind of key, than there may be */
static const char *
too_many_kinds(struct state *s, struct throttle_rule *r)
{
	const char *bad = throttle_number_tags(r, &s->tags);
	uint32_t shape = throttle_shape(r);
	long before;

	if (bad != NULL)
		return bad;
	/* no key has such bytes */
	before = wordset_add(&s->seen, (const char *)&shape, sizeof shape, 1);
	if (before == -1)
		return "out of memory";
	if (before == 0 && s->n_shapes++ == THROTTLE_SHAPES_MAX)
		return "more than 256 kinds of keys";
	return NULL;
}

static const char *
no_such_zone(const struct throttle_rule *r)
{
	unsigned i;

	for (i = 0; i < r->n_caps; i++)
		if (!zone_known(r->cap[i].zone))
			return "this machine has no such time zone";
	return NULL;
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
		if (begins(p, n, "rate=") || begins(p, n, "rcpt-rate=") ||
		    begins(p, n, "byte-rate=") || begins(p, n, "conn-rate="))
			had = 0;
		else if (begins(p, n, "burst=") && had++)
			return "burst= stands twice behind a rate";
	}
	return NULL;
}

/* what is wrong with a good rule beside others */
static const char *
repeats(struct state *s, const char *p, size_t n, struct throttle_rule *r,
    unsigned lineno, char why[WORD_TWICE_MAX])
{
	static const char *const once[] = {
		"conn=", "msgs-per-conn=", "backoff=", NULL
	};
	const char *fault = word_twice(p, p + n, once, why);

	if (fault == NULL)
		fault = burst_twice(p, p + n);
	if (fault == NULL)
		fault = no_such_zone(r);
	if (fault == NULL)
		fault = twice(s, r, lineno, why);
	if (fault == NULL)
		fault = too_many(s, r, lineno);
	return fault == NULL ? too_many_kinds(s, r) : fault;
}

/* the rule, and where it stands, for who asks why */
static int
put(struct state *s, const struct buf *rule, unsigned lineno,
    const struct conffile_sink *sink)
{
	char key[16], at[16];
	int n = snprintf(key, sizeof key, "@%u", ++s->n);

	if (sink->add(sink->arg, key, n, at,
		snprintf(at, sizeof at, "%u", lineno)) != 0)
		return -1;
	return sink->add(sink->arg, key + 1, n - 1, buf_data(rule),
	    buf_len(rule));
}

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = state;
	struct buf out = { 0 };
	const char *reason;
	struct throttle_rule *r = throttle_parse(NULL, p, n, &reason);
	char why[WORD_TWICE_MAX];
	int bad = -1;

	s->text = throttle_text(s->text, p, n);
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
		bad = put(s, &out, lineno, sink);
	buf_free(&out);
	free(r);
	return bad == 0 ? 0 : -1;
}

static int
finish(void *state, const struct conffile_sink *sink)
{
	struct state *s = state;
	char number[16], text[24];
	int n = snprintf(number, sizeof number, "%u", s->n);
	int len = snprintf(text, sizeof text, "%" PRIu64,
	    throttle_text(s->text, "", 0));

	wordset_free(&s->seen);
	if (sink->add(sink->arg, "text", 4, text, len) != 0)
		return -1;
	return sink->add(sink->arg, "n", 1, number, n);
}

const struct conffile conffile_throttle = { "throttle", sizeof(struct state),
	line, finish };
