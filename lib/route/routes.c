#include "route/routes.h"
#include "base/num.h"
#include "conf/local.h"
#include <string.h>

/* looking up */

/* is it N, and have more than that, or less? */
static int
match_number(struct slice v, uint64_t have, char how)
{
	uint64_t u;

	if (num_scan(v.p, v.n, 0, UINT64_MAX, &u) == -1)
		return 0;
	return how == '>' ? have > u : have < u;
}

/* N: as often, or more; N-M: and not more often than M */
static int
match_try(struct slice v, uint64_t have)
{
	struct slice from;
	uint64_t u, to = UINT64_MAX;

	if (!word_piece(&v, '-', &from) ||
	    num_scan(from.p, from.n, 0, UINT64_MAX, &u) == -1 ||
	    (v.p != NULL && num_scan(v.p, v.n, 0, UINT64_MAX, &to) == -1))
		return -1;
	return have >= u && have <= to;
}

/* is it one of these times of the week? */
static int
match_at(struct slice v, const struct routes_job *j)
{
	unsigned weekday, minute;
	struct hours h;

	if (hours_read(&h, v) != NULL)
		return -1;
	if (j->whole != NULL)
		return hours_cover(&h, j->whole);
	if (j->at_s <= 0 || j->clock == NULL)
		return 0;
	j->clock(h.zone, j->at_s, &weekday, &minute);
	return hours_have(&h, weekday, minute);
}

/* is it one of these, with commas between them? */
static int
match_name(struct slice names, struct slice have)
{
	struct slice one;

	while (have.n > 0 && word_piece(&names, ',', &one))
		if (one.n == have.n && memcmp(one.p, have.p, one.n) == 0)
			return 1;
	return 0;
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
	    word_is(label, "smaller") || word_is(label, "try") ||
	    word_is(label, "class") || word_is(label, "failure") ||
	    word_is(label, "last-src") || word_is(label, "at");
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
		return match_number(v, j->size, '>');
	if (word_is(label, "smaller"))
		return match_number(v, j->size, '<');
	if (word_is(label, "try"))
		return match_try(v, j->try);
	if (word_is(label, "at"))
		return match_at(v, j);
	if (word_is(label, "class"))
		return match_name(v, j->last_class);
	if (word_is(label, "failure"))
		return match_name(v, j->last_failure);
	if (word_is(label, "last-src"))
		return match_name(v, j->last_src);
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
	else if (word_is(label, ROUTES_LEAST))
		r->least = 1;
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
	else if (word_is(label, "breaker"))
		r->breaker = v;
	else if (word_is(label, "fallback"))
		r->fallback = v;
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
	out->n_host = out->least = 0;
	out->pool.n = out->via.n = out->tls.n = out->per_conn.n = 0;
	out->breaker.n = out->fallback.n = 0;
	out->line = r.line;
	while ((k = rulesearch_field(&r.actions, &label, &v)) == 1)
		if (action(out, label, v) == -1)
			return -1;
	return k == 0 ? 1 : -1;
}

/* the parts of a rule */

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

/* the next line of a record of "LINE NAME" */
static int
next_name(const struct lookup *l, const char *key, size_t *at, unsigned *lineno,
    struct slice *name)
{
	struct slice rest, one, number;
	uint64_t u;
	int r = lookup_get(l, key, strlen(key), &rest.p, &rest.n);

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

int
routes_pools(const struct lookup *l, size_t *at, unsigned *lineno,
    struct slice *name)
{
	return next_name(l, "=pools", at, lineno, name);
}

int
routes_sources(const struct lookup *l, size_t *at, unsigned *lineno,
    struct slice *name)
{
	return next_name(l, "=last-src", at, lineno, name);
}

int
routes_failures(const struct lookup *l, size_t *at, unsigned *lineno,
    struct slice *name)
{
	return next_name(l, "=failures", at, lineno, name);
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

int
routes_least(struct slice list)
{
	return list.n > 6 && memcmp(list.p + list.n - 6, "=least", 6) == 0;
}
