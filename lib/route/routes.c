#include "route/routes.h"
#include "base/num.h"
#include "conf/local.h"
#include "conf/rules.h"
#include <string.h>

/* ---- the text ---- */

/* a rule while it is read */
struct draft {
	struct rules_draft rule;
	unsigned hosts, lineno;
	int has_what, path;
	struct state *state;
};

struct state {
	struct rules rules;
	struct buf pools;
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

static const char *
add_number(struct draft *d, const char *label, const char *v, size_t n)
{
	uint64_t u;

	if (num_scan(v, n, 0, UINT32_MAX, &u) == -1)
		return "not a number";
	return put(d, label, v, n);
}

/* what remote-send takes, send/job.c */
static const char *
add_per_conn(struct draft *d, const char *label, const char *v, size_t n)
{
	uint64_t u;

	return num_scan(v, n, 0, ROUTES_PER_CONN_MAX, &u) == 0
	    ? put(d, label, v, n)
	    : "not a number from 0 to 1000000";
}

/* any other word would count as must */
static const char *
add_tls(struct draft *d, const char *label, const char *v, size_t n)
{
	static const char *const words[] = { "none", "may", "must", "sts",
		"dane" };
	const struct slice s = { v, n };
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (word_is(s, words[i]))
			return put(d, label, v, n);
	return "want none, may, must, sts or dane";
}

static const char *
add_label(struct draft *d, const char *label, const char *v, size_t n)
{
	if (label[0] == 'v' && n == 5 && memcmp(v, "local", 5) == 0)
		return "local is the label of local jobs";
	return word_name(v, n) ? put(d, label, v, n)
			       : "wants letters, digits, - _ and .";
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
		if (one.p != NULL &&
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
} words[] = {
	{ "to", 0, 1, add_pattern },
	{ "from", 0, 1, add_pattern },
	{ "tenant", 0, 1, add_exact },
	{ "tag", 0, 1, add_exact },
	{ "user", 0, 1, add_exact },
	{ "larger", 0, 1, add_number },
	{ "try", 0, 1, add_number },
	{ "mx", 1, 0, add_bare },
	{ "local", 1, 0, add_bare },
	{ "discard", 1, 0, add_bare },
	{ "host", 0, 0, add_host },
	{ "lmtp", 0, 0, add_host },
	{ "reject", 0, 0, add_text },
	{ "defer", 0, 0, add_text },
	{ "rewrite", 0, 0, add_rewrite },
	{ "pool", 0, 0, add_pools },
	{ "via", 0, 0, add_label },
	{ "tls", 0, 0, add_tls },
	{ "msgs-per-conn", 0, 0, add_per_conn },
};

/* one word of a rule; 0, or -1 after conffile_wrong() */
static int
add_word(struct draft *d, const char *w, size_t n, int *actions,
    const struct conffile_sink *sink)
{
	const char *colon = memchr(w, ':', n), *fault;
	size_t len = colon == NULL ? n : (size_t)(colon - w), i;

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
	else
		fault = words[i].add(d, words[i].label, w + len + !!colon,
		    n - len - !!colon);
	if (fault != NULL)
		return rules_wrong(sink, w, fault);
	*actions |= !words[i].condition;
	return 0;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	static const char *const once[] = { "tenant:", "user:", "larger:",
		"try:", "pool:", "via:", "tls:", "msgs-per-conn:", "=to:",
		"=from:", "=tag:", "=host:", "=lmtp:", NULL };
	struct state *s = arg;
	struct draft d;
	char word[WORD_LINE_MAX + 1], why[WORD_TWICE_MAX];
	const char *start = p, *end = p + n;
	size_t len;
	int actions = 0, r;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	if (s->rules.n == ROUTES_RULES_MAX)
		return conffile_wrong(sink, "too many rules");
	memset(&d, 0, sizeof d);
	d.lineno = lineno;
	d.state = s;
	rules_begin(&d.rule, order);
	while ((r = word_next(&p, end, word, &len)) == 1)
		if (add_word(&d, word, len, &actions, sink) == -1)
			goto bad;
	if (r == -1)
		conffile_wrong(sink, "quote not closed, or control byte");
	else if (!actions)
		conffile_wrong(sink, "no action");
	else if (word_twice(start, end, once, why) != NULL)
		conffile_wrong(sink, why);
	else if (rules_keep(&s->rules, &d.rule, lineno) == -1)
		conffile_wrong(sink, "out of memory");
	else
		r = 1;
	if (r != 1)
		goto bad;
	rules_drop(&d.rule);
	return 0;
bad:
	rules_drop(&d.rule);
	return -1;
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	int r = rules_finish(&s->rules, ROUTES_RULES_MAX, sink);

	if (r == 0 && buf_len(&s->pools) > 0)
		r = sink->add(sink->arg, "=pools", 6, buf_data(&s->pools),
		    buf_len(&s->pools));
	buf_free(&s->pools);
	return r;
}

const struct conffile conffile_routes = { "routes", sizeof(struct state), line,
	finish };

/* ---- looking up ---- */

static int
match_number(struct slice v, uint64_t have, int above)
{
	uint64_t u;

	return num_scan(v.p, v.n, 0, UINT64_MAX, &u) == 0 &&
	    (above ? have > u : have >= u);
}

/* a host: or lmtp: of a rule; 0, or -1 damaged */
static int
take_host(struct routes_rule *r, struct slice v, enum routes_what what)
{
	if (r->n_host == ROUTES_HOSTS_MAX ||
	    routes_host(v, what == ROUTES_LMTP ? 0 : 25, &r->host[r->n_host]) ==
		-1)
		return -1;
	r->n_host++;
	r->what = what;
	return 0;
}

static int
take_text(struct routes_rule *r, struct slice v, enum routes_what what)
{
	r->what = what;
	r->text = v;
	return 0;
}

static int
is_late(struct slice label)
{
	return word_is(label, "tenant") || word_is(label, "tag") ||
	    word_is(label, "user") || word_is(label, "larger") ||
	    word_is(label, "try");
}

struct asked {
	const struct routes_job *job;
	struct rulesearch_who who;
};

static int
condition(void *arg, struct slice label, struct slice v)
{
	const struct asked *a = arg;
	const struct routes_job *j = a->job;
	int k;

	if (word_is(label, "to") && word_is(v, "<local>"))
		return j->to->domain_len == 0
		    ? 1
		    : local_has(j->local, j->to->domain, j->to->domain_len);
	if (j->doubt != NULL && is_late(label)) {
		*j->doubt = 1;
		return 0;
	}
	k = rulesearch_condition(&a->who, label, v);
	if (k != RULESEARCH_ACTION)
		return k;
	if (word_is(label, "larger"))
		return match_number(v, j->size, 1);
	if (word_is(label, "try"))
		return match_number(v, j->try, 0);
	return RULESEARCH_ACTION;
}

/* 0, or -1 damaged */
static int
action(struct routes_rule *r, struct slice label, struct slice v)
{
	if (word_is(label, "mx"))
		r->what = ROUTES_MX;
	else if (word_is(label, "local"))
		r->what = ROUTES_LOCAL;
	else if (word_is(label, "discard"))
		r->what = ROUTES_DISCARD;
	else if (word_is(label, "host"))
		return take_host(r, v, ROUTES_HOST);
	else if (word_is(label, "lmtp"))
		return take_host(r, v, ROUTES_LMTP);
	else if (word_is(label, "reject"))
		take_text(r, v, ROUTES_REJECT);
	else if (word_is(label, "defer"))
		take_text(r, v, ROUTES_DEFER);
	else if (word_is(label, "rewrite"))
		take_text(r, v, ROUTES_REWRITE);
	else if (word_is(label, "pool"))
		r->pool = v;
	else if (word_is(label, "via"))
		r->via = v;
	else if (word_is(label, "tls"))
		r->tls = v;
	else if (word_is(label, "msgs-per-conn"))
		r->per_conn = v;
	else
		return -1;
	return 0;
}

int
routes_find(const struct rulesearch *t, const struct lookup *l,
    const struct routes_job *j, unsigned after, struct routes_rule *out)
{
	struct asked a = { j,
		{ j->to, j->from, j->tenant, j->user, j->tag, j->n_tag } };
	struct rulesearch_rule r;
	struct slice label, v;
	int k = rulesearch_find(t, l, &a.who, after, condition, &a, &r);

	if (k != 1)
		return k;
	memset(out, 0, offsetof(struct routes_rule, host));
	out->n_host = 0;
	out->pool.n = out->via.n = out->tls.n = out->per_conn.n = 0;
	out->line = r.line;
	while ((k = rulesearch_field(&r.actions, &label, &v)) == 1)
		if (action(out, label, v) == -1)
			return -1;
	return k == 0 ? 1 : -1;
}

/* ---- the parts of a rule ---- */

int
routes_rewrite(struct buf *out, struct slice with, const char *to, size_t n)
{
	const char *at = memrchr(with.p, '@', with.n);
	const char *old = n == 0 ? NULL : memrchr(to, '@', n);
	size_t user = old == NULL ? n : (size_t)(old - to);

	buf_clear(out);
	if (at == NULL)
		return -1;
	if (at == with.p ? buf_put(out, to, user) == -1
			 : buf_put(out, with.p, at - with.p) == -1)
		return -1;
	if (at == with.p + with.n - 1) {
		if (buf_put(out, to + user, n - user) == -1)
			return -1;
	} else if (buf_put(out, at, with.p + with.n - at) == -1) {
		return -1;
	}
	return buf_len(out) > WORD_ADDRESS_MAX ? -1 : 0;
}

int
routes_host(struct slice v, unsigned port, struct routes_host *h)
{
	const char *colon, *close;
	uint64_t u;

	memset(h, 0, sizeof *h);
	h->name = v;
	h->port = port;
	if (port == 0 && v.n > 1 && v.p[0] == '/')
		return memchr(v.p, ' ', v.n) == NULL ? 0 : -1;
	if (v.n > 0 && v.p[0] == '[') {
		close = memchr(v.p, ']', v.n);
		if (close == NULL)
			return -1;
		h->literal = 1;
		h->name.p++;
		h->name.n = close - h->name.p;
		if (word_ip(h->name.p, h->name.n) == 0)
			return -1;
		colon = close + 1 == v.p + v.n ? NULL : close + 1;
		if (colon != NULL && *colon != ':')
			return -1;
	} else {
		colon = v.n == 0 ? NULL : memchr(v.p, ':', v.n);
		if (colon != NULL)
			h->name.n = colon - v.p;
		h->literal = word_ip(h->name.p, h->name.n) == 4;
		if (!h->literal && !word_domain(h->name.p, h->name.n))
			return -1;
	}
	if (colon != NULL) {
		if (num_scan(colon + 1, v.p + v.n - colon - 1, 1, 65535, &u) ==
		    -1)
			return -1;
		h->port = (unsigned)u;
	}
	return h->port == 0 ? -1 : 0;
}

int
routes_pools(const struct lookup *l, size_t *at, unsigned *lineno,
    struct slice *name)
{
	struct slice rest, one, number;
	uint64_t u;
	int r = lookup_get(l, "=pools", 6, &rest.p, &rest.n);

	if (r != 1)
		return r;
	if (*at >= rest.n)
		return 0;
	rest.p += *at;
	rest.n -= *at;
	if (!word_piece(&rest, '\n', &one))
		return -1;
	*at += one.n + 1;
	if (!word_piece(&one, ' ', &number) || one.p == NULL ||
	    num_scan(number.p, number.n, 1, UINT32_MAX, &u) == -1)
		return -1;
	*lineno = (unsigned)u;
	*name = one;
	return 1;
}

struct slice
routes_pool(struct slice list, uint64_t hash)
{
	struct slice rest = list, one, name = { "", 0 };
	uint64_t sum = 0, w, at = 0;
	int pass;

	for (pass = 0; pass < 2; pass++) {
		for (rest = list; word_piece(&rest, ',', &one);) {
			word_piece(&one, '=', &name);
			w = 1;
			if (one.p != NULL)
				num_scan(one.p, one.n, 0, UINT32_MAX, &w);
			if (pass == 0)
				sum += w;
			else if (at < w)
				return name;
			else
				at -= w;
		}
		if (sum == 0)
			break;
		at = hash % sum;
	}
	return name;
}
