#include "route/ruleshadow.h"
#include "base/num.h"
#include "conf/rules.h"
#include <stdio.h>
#include <string.h>

/* what a rule leaves open: no rule asks for it by name */
static const char nobody[] = "nobody-that-a-rule-names";
static const char anybody[] = "@nobody-that-a-rule-names";

struct sketch {
	struct routes_job job;
	struct address to, from;
	struct slice tag[RULES_FIELDS_MAX];
	unsigned n_to, n_from;
	uint64_t below;    /* smaller: than this */
	uint64_t most_try; /* try: up to this */
	struct hours whole;
	int bad;
};

/* the most that is left open where a pattern says nothing */
static void
fill(struct sketch *s, struct address *a, struct slice v)
{
	char t[WORD_ADDRESS_MAX + sizeof nobody * 2];
	int n;

	if (word_is(v, "<local>"))
		n = snprintf(t, sizeof t, "%s", nobody);
	else if (v.n > 1 && v.p[0] == '@' && v.p[1] == '.')
		n = snprintf(t, sizeof t, "%s@%s.%.*s", nobody, nobody,
		    (int)v.n - 2, v.p + 2);
	else if (v.p[0] == '@')
		n = snprintf(t, sizeof t, "%s%.*s", nobody, (int)v.n, v.p);
	else if (v.p[v.n - 1] == '@')
		n = snprintf(t, sizeof t, "%.*s%s", (int)v.n, v.p, nobody);
	else
		n = snprintf(t, sizeof t, "%.*s", (int)v.n, v.p);
	if (address_set(a, t, n) == -1)
		s->bad = 1;
}

static void
take_number(struct sketch *s, struct slice v, uint64_t *out, unsigned more)
{
	if (num_scan(v.p, v.n, 0, UINT32_MAX, out) == -1)
		s->bad = 1;
	*out += more;
}

/* try: N or N-M */
static void
take_try(struct sketch *s, struct slice v)
{
	struct slice from;

	if (!word_piece(&v, '-', &from))
		s->bad = 1;
	take_number(s, from, &s->job.try, 0);
	if (v.p != NULL)
		take_number(s, v, &s->most_try, 0);
}

/* of one name; of several nobody can tell */
static void
take_name(struct sketch *s, struct slice v, struct slice *out)
{
	*out = v;
	if (memchr(v.p, ',', v.n) != NULL)
		s->bad = 1;
}

/* tenant, user, larger, try and at are there once at most: route/routes sees to
 * it */
static void
take(struct sketch *s, struct slice label, struct slice v)
{
	struct routes_job *j = &s->job;

	if (word_is(label, "to") && v.n > 0) {
		fill(s, &s->to, v);
		s->n_to++;
	} else if (word_is(label, "from") && v.n > 0) {
		if (word_is(v, "<>"))
			address_set(&s->from, "", 0);
		else
			fill(s, &s->from, v);
		s->n_from++;
	} else if (word_is(label, "tenant")) {
		j->tenant = v;
	} else if (word_is(label, "user")) {
		j->user = v;
	} else if (word_is(label, "tag")) {
		s->tag[j->n_tag++] = v;
	} else if (word_is(label, "larger")) {
		take_number(s, v, &j->size, 1);
	} else if (word_is(label, "smaller")) {
		take_number(s, v, &s->below, 0);
	} else if (word_is(label, "class")) {
		take_name(s, v, &j->last_class);
	} else if (word_is(label, "failure")) {
		take_name(s, v, &j->last_failure);
	} else if (word_is(label, "last-src")) {
		take_name(s, v, &j->last_src);
	} else if (word_is(label, "try")) {
		take_try(s, v);
	} else if (word_is(label, "at")) {
		s->bad |= hours_read(&s->whole, v) != NULL;
	}
}

int
ruleshadow_read(struct slice rule, struct ruleshadow_rule *out)
{
	struct slice f, label;
	uint64_t line;

	memset(out, 0, sizeof *out);
	if (!word_piece(&rule, '\t', &f) ||
	    num_scan(f.p, f.n, 1, UINT32_MAX, &line) == -1)
		return -1;
	out->line = (unsigned)line;
	while (word_piece(&rule, '\t', &f))
		if (word_piece(&f, ':', &label))
			out->rewrites |= word_is(label, "rewrite");
	return 0;
}

/* a job with just what the rule asks for; 0, or -1 when nobody can tell */
static int
draw(struct sketch *s, struct slice rule)
{
	const struct slice any = { anybody, sizeof anybody - 1 };
	struct slice f, label;

	memset(s, 0, sizeof *s);
	fill(s, &s->to, any);
	fill(s, &s->from, any);
	s->job.to = &s->to;
	s->job.from = &s->from;
	s->job.tag = s->tag;
	s->below = s->most_try = UINT64_MAX;
	hours_all(&s->whole);
	s->job.whole = &s->whole;
	word_piece(&rule, '\t', &f);
	while (word_piece(&rule, '\t', &f)) {
		if (!word_piece(&f, ':', &label) || f.p == NULL ||
		    s->job.n_tag == RULES_FIELDS_MAX)
			return -1;
		take(s, label, f);
	}
	return s->bad || s->n_to > 1 || s->n_from > 1 ? -1 : 0;
}

static int
same(struct slice a, struct slice b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* is the second in the domain .x of the first, or all that is below it */
static int
covers(struct slice all, struct slice d)
{
	if (d.p[0] != '.' && d.n == all.n - 1)
		return memcmp(d.p, all.p + 1, d.n) == 0;
	return d.n >= all.n && memcmp(d.p + d.n - all.n, all.p, all.n) == 0;
}

static int
domains_apart(struct slice a, struct slice b)
{
	if (a.n == 0 || b.n == 0 || same(a, b))
		return 0;
	return !(a.p[0] == '.' && covers(a, b)) &&
	    !(b.p[0] == '.' && covers(b, a));
}

/* the parts of a pattern as a record has it; empty: any */
static void
part(struct slice v, struct slice *user, struct slice *domain)
{
	size_t n = v.n;

	while (n > 0 && v.p[n - 1] != '@')
		n--;
	user->p = v.p;
	user->n = n > 0 ? n - 1 : 0;
	domain->p = v.p + n;
	domain->n = v.n - n;
}

/* no address fits both patterns */
static int
apart(struct slice a, struct slice b)
{
	struct slice au, ad, bu, bd;

	if (word_is(a, "<local>") || word_is(b, "<local>"))
		return 0;
	if (word_is(a, "<>") || word_is(b, "<>"))
		return !same(a, b);
	part(a, &au, &ad);
	part(b, &bu, &bd);
	return (au.n > 0 && bu.n > 0 && !same(au, bu)) || domains_apart(ad, bd);
}

/* a recipient or sender, and another one below it in the rule */
static int
exclude(struct slice label, struct slice v, struct slice rest)
{
	struct slice f, other;

	while (word_piece(&rest, '\t', &f)) {
		if (word_piece(&f, ':', &other) && f.p != NULL &&
		    same(label, other) && apart(v, f))
			return 1;
	}
	return 0;
}

/* larger: leaves no size that smaller: does */
static int
no_size(struct slice rule)
{
	struct sketch s;

	return draw(&s, rule) == 0 && s.job.size >= s.below;
}

int
ruleshadow_never(struct slice rule)
{
	struct slice f, label;

	if (no_size(rule))
		return 1;
	word_piece(&rule, '\t', &f);
	while (word_piece(&rule, '\t', &f))
		if (word_piece(&f, ':', &label) && f.p != NULL &&
		    (word_is(label, "to") || word_is(label, "from")) &&
		    exclude(label, f, rule))
			return 1;
	return 0;
}

long
ruleshadow_find(const struct rulesearch *t, const struct lookup *routes,
    const struct lookup *local, struct slice rule, struct ruleshadow_rule *out)
{
	struct routes_rule r;
	struct sketch s;
	unsigned by;
	int k;

	if (ruleshadow_read(rule, out) == -1)
		return -1;
	if (draw(&s, rule) == -1)
		return 0;
	s.job.local = local;
	k = routes_find(t, routes, &s.job, 0, &r);
	if (k != 1 || r.line >= out->line)
		return k == -1 ? -1 : 0;
	/* that is the smallest of its messages, and the least tried; the
	 * largest as well, and the most? */
	by = r.line;
	s.job.size = s.below - 1;
	s.job.try = s.most_try;
	k = routes_find(t, routes, &s.job, 0, &r);
	return k != 1 ? k : r.line == by ? (long)by : 0;
}
