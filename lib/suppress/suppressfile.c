#include "suppress/suppressfile.h"
#include "base/num.h"
#include "conf/rules.h"
#include "suppress/suppressline.h"
#include <stdio.h>
#include <string.h>

static const char order[] = "TFdengosquv*";

static const char *
add_pattern(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	struct address a; /* for its lower case alone */
	int to = label[0] == 't';

	if (rules_pattern(&a, v, n) == -1)
		return "not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN or USER@";
	rules_offer_pattern(d, to ? "Tdsu" : "Feqv", &a);
	return rules_put(d, label, a.key, a.len);
}

static const char *
add_tenant(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	return rules_put_exact(d, 'n', label, v, n);
}

static const char *
add_user(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	return rules_put_exact(d, 'o', label, v, n);
}

/* as the tag that it is; "*": any */
static const char *
add_stream(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	char t[8 + SUPPRESSLINE_NAME_MAX];

	if (n == 1 && v[0] == '*')
		return rules_put(d, "any-stream", "", 0);
	if (n == 0 || n > SUPPRESSLINE_NAME_MAX)
		return "not a name of a stream";
	(void)label;
	snprintf(t, sizeof t, "stream=%.*s", (int)n, v);
	return rules_put_exact(d, 'g', "tag", t, n + 7);
}

static const char *
add_words(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;

	while (word_piece(&rest, ',', &one))
		if (!word_name(one.p, one.n))
			return "want words with commas between";
	return n == 0 ? "nothing behind the colon" : rules_put(d, label, v, n);
}

static int
is(const char *v, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(v, word, n) == 0;
}

static const char *
add_events(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	static const char *const kinds[] = { "bounced", "expired", "deferred",
		"oob-bounce", "complaint", "unsubscribe" };
	struct slice rest = { v, n }, one;
	unsigned i;

	while (word_piece(&rest, ',', &one)) {
		for (i = 0; i < 6 && !word_is(one, kinds[i]);)
			i++;
		if (i == 6)
			return "want bounced, expired, deferred, oob-bounce, "
			       "complaint or unsubscribe";
	}
	return rules_put(d, label, v, n);
}

static const char *
add_type(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	return is(v, n, "hard") || is(v, n, "soft") ? rules_put(d, label, v, n)
						    : "want hard or soft";
}

static const char *
add_no(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	return is(v, n, "no") ? rules_put(d, label, v, n) : "want no";
}

static const char *
add_span(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	uint64_t s;

	if (!is(v, n, "forever") &&
	    (num_scan_duration(v, n, SUPPRESSFILE_SPAN_MAX_S, &s) == -1 ||
		s == 0))
		return "want forever or a time span of at most ten years";
	return rules_put(d, label, v, n);
}

static const char *
add_scope(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	if (!is(v, n, "tenant") && !is(v, n, "stream") &&
	    !is(v, n, "everybody"))
		return "want tenant, stream or everybody";
	return rules_put(d, label, v, n);
}

int
suppressfile_after(struct slice v, uint64_t *count, uint64_t *span)
{
	struct slice n;

	return word_piece(&v, '/', &n) && v.p != NULL &&
		num_scan(n.p, n.n, 2, SUPPRESSFILE_AFTER_MAX, count) == 0 &&
		num_scan_duration(v.p, v.n, SUPPRESSFILE_SPAN_MAX_S, span) ==
		    0 &&
		*span > 0
	    ? 0
	    : -1;
}

static const char *
add_after(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	uint64_t count, span;

	if (suppressfile_after((struct slice){ v, n }, &count, &span) == -1)
		return "want N/SPAN, as 3/14d, N from 2 to 32";
	return rules_put(d, label, v, n);
}

static const char *
add_bare(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	(void)v;
	return n > 0 ? "takes no value" : rules_put(d, label, "", 0);
}

static const char *
add_yes_no(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	return is(v, n, "yes") || is(v, n, "no") ? rules_put(d, label, v, n)
						 : "want yes or no";
}

/* TENANT[/STREAM] */
static const char *
add_door(struct rules_draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;

	while (word_piece(&rest, '/', &one))
		if (one.n == 0 || one.n > SUPPRESSLINE_NAME_MAX)
			return "want TENANT or TENANT/STREAM";
	return rules_put(d, label, v, n);
}

/* conditions, then what belongs together: for an event, for a look */
enum { CONDITION, EVENT, EVENT_MORE, LOOK };
static const struct word {
	const char *label;
	int kind, bare;
	const char *(*add)(struct rules_draft *, const char *, const char *,
	    size_t);
} words[] = {
	{ "ev", CONDITION, 0, add_events },
	{ "failure", CONDITION, 0, add_words },
	{ "type", CONDITION, 0, add_type },
	{ "reason", CONDITION, 0, add_words },
	{ "trusted", CONDITION, 0, add_no },
	{ "to", CONDITION, 0, add_pattern },
	{ "from", CONDITION, 0, add_pattern },
	{ "tenant", CONDITION, 0, add_tenant },
	{ "stream", CONDITION, 0, add_stream },
	{ "user", CONDITION, 0, add_user },
	{ "suppress", EVENT, 0, add_span },
	{ "ignore", EVENT, 1, add_bare },
	{ "scope", EVENT_MORE, 0, add_scope },
	{ "after", EVENT_MORE, 0, add_after },
	{ "send", LOOK, 1, add_bare },
	{ "refuse", LOOK, 1, add_bare },
	{ "report", LOOK, 0, add_yes_no },
	{ "door", LOOK, 0, add_door },
};
enum { WORDS = sizeof words / sizeof *words };

struct draft {
	struct rules_draft rule;
	unsigned kinds; /* a bit for each of CONDITION... */
	int has_event;  /* its conditions can hold for an event alone */
	int untrusted;  /* it says trusted:no */
};

static const char *
add_word(struct draft *d, const char *w, size_t n)
{
	const char *colon = memchr(w, ':', n);
	size_t len = colon == NULL ? n : (size_t)(colon - w), i;

	for (i = 0; i < WORDS && !is(w, len, words[i].label);)
		i++;
	if (i == WORDS)
		return "unknown condition or action";
	if (words[i].bare != (colon == NULL))
		return colon == NULL ? "wants :VALUE" : "takes no value";
	if (words[i].kind == CONDITION && (d->kinds & ~1U) != 0)
		return "a condition behind an action";
	d->kinds |= 1U << words[i].kind;
	d->has_event |= i <= 2 || i == 4;
	d->untrusted |= i == 4;
	return words[i].add(&d->rule, words[i].label, w + len + !!colon,
	    n - len - !!colon);
}

/* of the whole rule */
static const char *
look_over(const struct draft *d)
{
	unsigned actions = d->kinds & ~1U;

	if (actions == 0)
		return "no action";
	if ((actions & 1U << LOOK) != 0 && actions != 1U << LOOK)
		return "an action for events and one for mail";
	if (actions == 1U << EVENT_MORE)
		return "scope: and after: stand behind suppress:";
	if (d->has_event && actions == 1U << LOOK)
		return "a condition of events, and an action for mail";
	return NULL;
}

static int
read_rule(struct draft *d, const char *p, const char *end,
    const struct conffile_sink *sink)
{
	static const char *const once[] = { "ev:", "failure:", "type:",
		"reason:", "trusted:", "tenant:", "stream:", "user:",
		"suppress:", "scope:", "after:", "report:", "door:", NULL };
	char word[WORD_LINE_MAX + 1], why[WORD_TWICE_MAX];
	const char *start = p, *fault;
	size_t len;
	int r;

	while ((r = word_next(&p, end, word, &len)) == 1) {
		fault = add_word(d, word, len);
		if (fault != NULL)
			return rules_wrong(sink, word, fault);
	}
	if (r == -1)
		return conffile_wrong(sink,
		    "quote not closed, or control byte");
	fault = look_over(d);
	if (fault == NULL)
		fault = word_twice(start, end, once, why);
	/* no other rule holds for such events */
	if (fault == NULL && d->untrusted)
		fault = rules_put(&d->rule, "untrusted", "", 0);
	return fault == NULL ? 0 : conffile_wrong(sink, fault);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct rules *s = arg;
	struct draft d = { .kinds = 0 };
	int r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	if (s->n == SUPPRESSFILE_RULES_MAX)
		return conffile_wrong(sink, "too many rules");
	rules_begin(&d.rule, order);
	r = read_rule(&d, p, p + n, sink);
	if (r == 0 && rules_keep(s, &d.rule, lineno) == -1)
		r = conffile_wrong(sink, "out of memory");
	rules_drop(&d.rule);
	return r;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	return rules_finish(arg, SUPPRESSFILE_RULES_MAX, sink);
}

const struct conffile conffile_suppress = { "suppress", sizeof(struct rules),
	line, finish };
