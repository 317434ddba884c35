#include "route/routefile.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/rules.h"
#include "route/headernote.h"
#include "route/routes.h"
#include "route/routevalue.h"
#include <string.h>

/* a rule while it is read */
struct draft {
	struct rules_draft rule;
	unsigned hosts, lineno;
	int has_what, path;
	struct state *state;
};

struct state {
	struct rules rules;
	struct buf pools, failures, headers, sources;
};

/* the key letters, the most telling first */
static const char order[] = "TFdengosquv*";

/* LABEL:VALUE as it stands in the record; NULL or what is wrong */
static const char *
put(struct draft *d, const char *label, const char *v, size_t n)
{
	return rules_put(&d->rule, label, v, n);
}

static const char *
add_pattern(struct draft *d, const char *label, const char *v, size_t n)
{
	struct address a; /* for its lower case alone */
	int to = label[0] == 't';

	if (n == 1 && v[0] == '*')
		return NULL;
	if (to && n == 7 && memcmp(v, "<local>", 7) == 0)
		return put(d, label, v, n);
	if (!to && n == 2 && memcmp(v, "<>", 2) == 0) {
		rules_offer(&d->rule, 'F', "", 0);
		return put(d, label, "<>", 2);
	}
	if (rules_pattern(&a, v, n) == -1)
		return "not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, "
		       "USER@ or *";
	rules_offer_pattern(&d->rule, to ? "Tdsu" : "Feqv", &a);
	return put(d, label, a.key, a.len);
}

static const char *
add_exact(struct draft *d, const char *label, const char *v, size_t n)
{
	char kind = label[1] == 'e' ? 'n' : label[0] == 't' ? 'g' : 'o';

	return rules_put_exact(&d->rule, kind, label, v, n);
}

/* a tag that is noted when the message comes in */
static const char *
add_header(struct draft *d, const char *label, const char *v, size_t n)
{
	char tag[sizeof HEADERNOTE_TAG + HEADERNOTE_VALUE_MAX] = HEADERNOTE_TAG;
	char *note = tag + sizeof HEADERNOTE_TAG - 1;
	const char *fault = headernote_read((struct slice){ v, n }, note);

	(void)label;
	if (fault == NULL)
		fault = headernote_list(&d->state->headers, note);
	if (fault != NULL)
		return fault;
	return rules_put_exact(&d->rule, 'g', "tag", tag, strlen(tag));
}

/* words of the last attempt: of its result, job(5), and conf-classes(5) */
static const char *
add_names(struct draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;
	size_t i;

	while (word_piece(&rest, ',', &one)) {
		if (!word_name(one.p, one.n))
			return "wants names, with commas between them";
		for (i = 0; i < one.n; i++)
			if (ascii_upper(one.p[i]))
				return "wants names in small letters";
		if (label[0] == 'f' &&
		    buf_printf(&d->state->failures, "%u %.*s\n", d->lineno,
			(int)one.n, one.p) == -1)
			return "out of memory";
	}
	return put(d, label, v, n);
}

/* sources of the last attempt */
static const char *
add_sources(struct draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;

	while (word_piece(&rest, ',', &one)) {
		if (one.n == 0 || memchr(one.p, ' ', one.n) != NULL)
			return "wants names of sources, with commas between "
			       "them";
		if (buf_printf(&d->state->sources, "%u %.*s\n", d->lineno,
			(int)one.n, one.p) == -1)
			return "out of memory";
	}
	return put(d, label, v, n);
}

static const char *
add_pools(struct draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one, name;
	uint64_t w, sum = 0;

	while (word_piece(&rest, ',', &one)) {
		if (!word_piece(&one, '=', &name) || !word_name(name.p, name.n))
			return "not a name of a pool";
		w = 1;
		if (one.p != NULL && !word_is(one, "least") &&
		    num_scan(one.p, one.n, 0, 1000000, &w) == -1)
			return "weight is not a number from 0 to 1000000";
		sum += w;
		if (buf_printf(&d->state->pools, "%u %.*s\n", d->lineno,
			(int)name.n, name.p) == -1)
			return "out of memory";
	}
	return sum == 0 ? "all weights are 0" : put(d, label, v, n);
}

static const char *
one_what(struct draft *d)
{
	if (d->has_what)
		return "a second action that says where to";
	d->has_what = 1;
	return NULL;
}

static const char *
add_host(struct draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;
	struct routes_host h;
	int lmtp = label[0] == 'l';
	const char *fault;

	if (d->hosts == 0 && (fault = one_what(d)) != NULL)
		return fault;
	if (routes_least(rest)) {
		rest.n -= sizeof "=least" - 1;
		fault = put(d, ROUTES_LEAST, "1", 1);
		if (fault != NULL)
			return fault;
	}
	while (word_piece(&rest, ',', &one)) {
		if (routes_host(one, lmtp ? 0 : 25, &h) == -1 ||
		    (!lmtp && h.name.p[0] == '/'))
			return lmtp ? "want lmtp:HOST:PORT or lmtp:/PATH"
				    : "want HOST[:PORT] or [ADDRESS][:PORT]";
		if (d->path || (h.port == 0 && d->hosts > 0))
			return "a path stands alone";
		d->path = h.port == 0;
		if (++d->hosts > ROUTES_HOSTS_MAX)
			return "too many hosts in one rule";
		fault = put(d, label, one.p, one.n);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

static const char *
add_text(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *fault = one_what(d);

	if (fault != NULL)
		return fault;
	return n == 0 ? "nothing behind the colon" : put(d, label, v, n);
}

static const char *
add_rewrite(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *at = n == 0 ? NULL : memrchr(v, '@', n);
	struct address a;

	if (at == NULL || n == 1 || n > WORD_ADDRESS_MAX ||
	    (at != v + n - 1 && !word_domain(at + 1, v + n - at - 1)) ||
	    (address_set(&a, v, n) == -1 && at != v))
		return "want USER@DOMAIN, USER@ or @DOMAIN";
	return add_text(d, label, v, n);
}

static const char *
add_bare(struct draft *d, const char *label, const char *v, size_t n)
{
	const char *fault = one_what(d);

	(void)v;
	if (fault != NULL)
		return fault;
	return n > 0 ? "takes no value" : put(d, label, "", 0);
}

static const struct word {
	const char *label;
	int bare, condition;
	const char *(*add)(struct draft *, const char *, const char *, size_t);
	const char *(*check)(struct slice); /* before that; may be NULL */
} words[] = {
	{ "to", 0, 1, add_pattern, NULL },
	{ "from", 0, 1, add_pattern, NULL },
	{ "tenant", 0, 1, add_exact, NULL },
	{ "tag", 0, 1, add_exact, NULL },
	{ "user", 0, 1, add_exact, NULL },
	{ "header", 0, 1, add_header, NULL },
	{ "larger", 0, 1, put, routevalue_number },
	{ "smaller", 0, 1, put, routevalue_number },
	{ "try", 0, 1, put, routevalue_try },
	{ "at", 0, 1, put, routevalue_at },
	{ "class", 0, 1, add_names, NULL },
	{ "failure", 0, 1, add_names, NULL },
	{ "last-src", 0, 1, add_sources, NULL },
	{ "mx", 1, 0, add_bare, NULL },
	{ "local", 1, 0, add_bare, NULL },
	{ "discard", 1, 0, add_bare, NULL },
	{ "host", 0, 0, add_host, NULL },
	{ "lmtp", 0, 0, add_host, NULL },
	{ "reject", 0, 0, add_text, NULL },
	{ "defer", 0, 0, add_text, NULL },
	{ "rewrite", 0, 0, add_rewrite, NULL },
	{ "pool", 0, 0, add_pools, NULL },
	{ "via", 0, 0, put, routevalue_via },
	{ "tls", 0, 0, put, routevalue_tls },
	{ "msgs-per-conn", 0, 0, put, routevalue_per_conn },
	{ "breaker", 0, 0, put, routevalue_breaker },
	{ "fallback", 0, 0, put, routevalue_fallback },
};

/* one word of a rule; 0, or -1 after conffile_wrong() */
static int
add_word(struct draft *d, const char *w, size_t n, int *actions,
    const struct conffile_sink *sink)
{
	const char *colon = memchr(w, ':', n), *fault = NULL;
	size_t len = colon == NULL ? n : (size_t)(colon - w), i;
	struct slice v = { w + len + !!colon, n - len - !!colon };

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i].label) == len &&
		    memcmp(words[i].label, w, len) == 0)
			break;
	if (i == sizeof words / sizeof words[0])
		fault = "unknown condition or action";
	else if (words[i].bare != (colon == NULL))
		fault = colon == NULL ? "wants :VALUE" : "takes no value";
	else if (words[i].condition && *actions)
		fault = "a condition behind an action";
	else if (words[i].check != NULL)
		fault = words[i].check(v);
	if (fault == NULL)
		fault = words[i].add(d, words[i].label, v.p, v.n);
	if (fault != NULL)
		return rules_wrong(sink, w, fault);
	*actions |= !words[i].condition;
	return 0;
}

/* all words of a rule: 0, or -1 after conffile_wrong() */
static int
read_rule(struct draft *d, const char *p, const char *end,
    const struct conffile_sink *sink)
{
	static const char *const once[] = { "tenant:", "user:", "larger:",
		"smaller:", "class:", "failure:", "last-src:", "try:", "at:",
		"pool:", "via:", "tls:", "msgs-per-conn:", "breaker:",
		"fallback:", "=to:", "=from:", "=tag:", "=header:", "=host:",
		"=lmtp:", NULL };
	char word[WORD_LINE_MAX + 1], why[WORD_TWICE_MAX];
	const char *start = p;
	size_t len;
	int actions = 0, r;

	while ((r = word_next(&p, end, word, &len)) == 1)
		if (add_word(d, word, len, &actions, sink) == -1)
			return -1;
	if (r == -1)
		return conffile_wrong(sink,
		    "quote not closed, or control byte");
	if (!actions)
		return conffile_wrong(sink, "no action");
	if (word_twice(start, end, once, why) != NULL)
		return conffile_wrong(sink, why);
	return 0;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct state *s = arg;
	struct draft d = { .lineno = lineno, .state = s };
	int r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	if (s->rules.n == ROUTEFILE_RULES_MAX)
		return conffile_wrong(sink, "too many rules");
	rules_begin(&d.rule, order);
	r = read_rule(&d, p, p + n, sink);
	if (r == 0 && rules_keep(&s->rules, &d.rule, lineno) == -1)
		r = conffile_wrong(sink, "out of memory");
	rules_drop(&d.rule);
	return r;
}

/* a record of what rules name, if they do; r is -1 when something was wrong
 * before */
static int
add_list(const struct conffile_sink *sink, int r, const char *key,
    struct buf *list)
{
	if (r == 0 && buf_len(list) > 0)
		r = sink->add(sink->arg, key, strlen(key), buf_data(list),
		    buf_len(list));
	buf_free(list);
	return r;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	int r = rules_finish(&s->rules, ROUTEFILE_RULES_MAX, sink);

	r = add_list(sink, r, "=pools", &s->pools);
	r = add_list(sink, r, "=failures", &s->failures);
	r = add_list(sink, r, "=headers", &s->headers);
	return add_list(sink, r, "=last-src", &s->sources);
}

const struct conffile conffile_routes = { "routes", sizeof(struct state), line,
	finish };
