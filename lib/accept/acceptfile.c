#include "accept/acceptfile.h"
#include "accept/acceptrule.h"
#include "base/zone.h"
#include <stdio.h>
#include <stdlib.h>

struct state {
	struct wordset keys;
	/* as a program will have them: what it would not take is wrong here */
	struct throttle_rules limits;
	unsigned n;
};

/* a cap in a zone that is not there is found now, and not when it turns */
static const char *
check_zones(struct state *s, const struct acceptrule *r)
{
	const struct throttle_rule *t =
	    throttle_find(&s->limits, r->key, r->key_len);
	unsigned i;

	for (i = 0; i < t->n_caps; i++)
		if (!zone_known(t->cap[i].zone))
			return "this machine has no such time zone";
	return NULL;
}

static const char *
check(struct state *s, const struct acceptrule *r)
{
	const char *bad;

	s->limits.words = &accept_words;
	if (throttle_add(&s->limits, buf_data(&r->limits), buf_len(&r->limits),
		&bad) == -1)
		return bad == NULL ? "out of memory" : bad;
	return check_zones(s, r);
}

static int
put(struct state *s, const struct acceptrule *r, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct buf text = { 0 };
	char key[16], at[16];
	int n = snprintf(key, sizeof key, "@%u", ++s->n), bad;
	int at_len = snprintf(at, sizeof at, "%u", lineno);

	if (acceptrule_print(&text, r) == -1)
		return conffile_wrong(sink, "out of memory");
	bad = sink->add(sink->arg, key, (size_t)n, at, (size_t)at_len);
	if (bad == 0)
		bad = sink->add(sink->arg, key + 1, (size_t)n - 1,
		    buf_data(&text), buf_len(&text));
	buf_free(&text);
	return bad == 0 ? 0 : -1;
}

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = state;
	struct acceptrule r = { .credits = 0 };
	const char *wrong = acceptrule_parse(&r, p, n);
	int bad = -1;

	if (wrong == NULL && s->n == ACCEPT_RULES_MAX)
		wrong = "more than 100000 rules";
	if (wrong != NULL)
		sink->wrong(sink->arg, wrong);
	else if (wordset_once(&s->keys, r.key, r.key_len, lineno, sink) == 0) {
		wrong = check(s, &r);
		bad = wrong == NULL ? put(s, &r, lineno, sink)
				    : conffile_wrong(sink, wrong);
	}
	acceptrule_free(&r);
	return bad;
}

static int
finish(void *state, const struct conffile_sink *sink)
{
	struct state *s = state;
	char number[16];
	int n = snprintf(number, sizeof number, "%u", s->n);

	wordset_free(&s->keys);
	throttle_free(&s->limits);
	return sink->add(sink->arg, "n", 1, number, (size_t)n);
}

const struct conffile conffile_accept = { "accept", sizeof(struct state), line,
	finish };
