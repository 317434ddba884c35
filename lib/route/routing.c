#include "route/routing.h"
#include "conf/conffeedback.h"
#include "conf/local.h"
#include "mail/address.h"
#include "route/forwardword.h"
#include "route/mailboxname.h"
#include "route/prohibited.h"
#include "route/routesource.h"
#include "route/routingsay.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int answer(struct routing *, enum routing_what, const char *,
    const char *, const char *, ...) __attribute__((format(printf, 5, 6)));

/* always 1: decided */
static int
answer(struct routing *w, enum routing_what what, const char *esc,
    const char *class, const char *fmt, ...)
{
	va_list ap;

	w->what = what;
	w->esc = esc;
	w->class = class;
	va_start(ap, fmt);
	vsnprintf(w->text, sizeof w->text, fmt, ap);
	va_end(ap);
	return 1;
}

static int
broken(struct routing *w, const char *table)
{
	return answer(w, ROUTING_DEFERRED, "4.3.5", "local",
	    "table %s is missing or damaged", table);
}

static int
no_memory(struct routing *w)
{
	return answer(w, ROUTING_DEFERRED, "4.3.0", "local", "out of memory");
}

/* the address is now this one; 1 when that decides something */
static int
set_to(struct routing *w, const char *p, size_t n)
{
	buf_clear(&w->to);
	if (buf_reserve(&w->to, n) == -1)
		return no_memory(w);
	buf_added(&w->to, address_plain(p, n, buf_tail(&w->to)));
	if (address_set(&w->addr, p, n) == -1 ||
	    (w->addr.domain_len == 0 && memchr(p, '@', n) != NULL))
		return answer(w, ROUTING_BOUNCED, "5.1.3", "policy",
		    n > WORD_ADDRESS_MAX ? "address too long"
					 : "bad address syntax");
	if (w->addr.domain_len > 0 && w->addr.domain[0] != '[' &&
	    !word_domain(w->addr.domain, w->addr.domain_len))
		return answer(w, ROUTING_BOUNCED, "5.1.3", "policy",
		    "bad domain syntax");
	return 0;
}

static int
rename_to(struct routing *w, const struct buf *new)
{
	w->renamed = 1;
	return set_to(w, buf_data(new), buf_len(new));
}

/* 1 decided, 0 go on */
static int
follow_aliases(struct routing *w, const struct routing_conf *c)
{
	struct aliases *x = &w->alias;

	switch (aliases_expand(x, &c->aliases, &c->local, buf_data(&w->to),
	    buf_len(&w->to))) {
	case ALIASES_NONE: return 0;
	case ALIASES_ONE:
		routing_say(w, "aliases", x->line, "%.*s is %.*s",
		    (int)buf_len(&w->to), buf_data(&w->to),
		    (int)buf_len(&x->to), buf_data(&x->to));
		return rename_to(w, &x->to);
	case ALIASES_SEVERAL:
		w->several = 1;
		routing_say(w, "aliases", x->line, "%.*s has several targets",
		    (int)buf_len(&w->to), buf_data(&w->to));
		if (buf_len(&x->to) != buf_len(&w->to) ||
		    memcmp(buf_data(&x->to), buf_data(&w->to),
			buf_len(&x->to)) != 0)
			return rename_to(w, &x->to);
		return 0;
	case ALIASES_LOOP:
		return answer(w, ROUTING_DEFERRED, "4.3.5", "loop",
		    "aliases:%u: aliases name only each other", x->line);
	case ALIASES_DEEP:
		return answer(w, ROUTING_DEFERRED, "4.3.5", "loop",
		    "aliases:%u: too many aliases of aliases", x->line);
	case ALIASES_BROKEN: break;
	}
	return broken(w, "aliases");
}

static int
is_local(struct routing *w, const struct routing_conf *c)
{
	return w->addr.domain_len == 0
	    ? 1
	    : local_has(&c->local, w->addr.domain, w->addr.domain_len);
}

/* does feedback(8) read what comes to this address?  1, 0; -1 when that is not
 * known */
static int
comes_back(const struct routing *w, const struct routing_conf *c)
{
	struct conffeedback whose;

	if (c->feedback.get == NULL)
		return 0;
	if (conffeedback_look(&c->feedback, buf_data(&w->to), buf_len(&w->to),
		&whose) == -1)
		return -1;
	return whose.kind != CONFFEEDBACK_NONE;
}

/* nobody has a mailbox there: it is handed on to the same address, by way of
 * feedback(8), which takes it */
static int
go_back(struct routing *w)
{
	const char *to = buf_data(&w->to), *local, *domain;
	size_t n = buf_len(&w->to), local_len, domain_len;
	struct aliases *x = &w->alias;
	int r = 0;

	address_pieces(to, n, &local, &local_len, &domain, &domain_len);
	if (!forwardword_ok(local, local_len))
		return answer(w, ROUTING_BOUNCED, "5.1.3", "policy",
		    "bad address syntax");
	routing_say(w, "feedback", 0, "%.*s is read by feedback", (int)n, to);
	if (!w->several) {
		buf_clear(&x->forward);
		buf_clear(&x->command);
	}
	w->several = 1;
	x->keep = 0;
	if (buf_len(&x->forward) > 0)
		r = buf_putc(&x->forward, ' ');
	r |= forwardword_put(&x->forward, to, n, local_len);
	return r == -1 ? no_memory(w) : 1;
}

static int
go_local(struct routing *w, const struct routing_conf *c)
{
	int back;

	w->what = ROUTING_LOCAL;
	if (w->several && !w->alias.keep)
		return 1;
	back = comes_back(w, c);
	if (back != 0)
		return back == -1 ? broken(w, "feedback") : go_back(w);
	return mailboxname(&w->addr, &w->user, &w->ext) == -1 ? no_memory(w)
							      : 1;
}

/* hosts that an order names, in place of what the rules say; 0, -1: that are
 * none */
static int
bind_hosts(struct routing *w)
{
	struct slice rest = w->job->host, one;
	struct routes_host h;
	unsigned n = 0;

	while (word_piece(&rest, ',', &one)) {
		if (n == ROUTES_HOSTS_MAX || routes_host(one, 25, &h) == -1 ||
		    h.name.p[0] == '/')
			return -1;
		w->rule.host[n++] = h;
	}
	w->rule.n_host = n;
	w->rule.least = 0;
	w->what = ROUTING_HOST;
	routing_say(w, "queue-ctl", 0, "bound to host:%.*s",
	    (int)w->job->host.n, w->job->host.p);
	return 0;
}

static int
apply_pool(struct routing *w, const struct routing_conf *c)
{
	if (w->job->host.n > 0 && bind_hosts(w) == -1)
		return answer(w, ROUTING_DEFERRED, "4.3.5", "local",
		    "an order binds it to host:%.*s, which is none",
		    (int)w->job->host.n, w->job->host.p);
	switch (routesource(w, c)) {
	case ROUTESOURCE_GOOD: break;
	case ROUTESOURCE_GONE:
		return answer(w, ROUTING_DEFERRED, "4.3.0", "source",
		    "no source of pool %.*s has its address on this machine",
		    (int)w->pool.n, w->pool.p);
	case ROUTESOURCE_BROKEN: return broken(w, "pools");
	case ROUTESOURCE_NO_POOL:
		return answer(w, ROUTING_DEFERRED, "4.3.5", "local",
		    "routes:%u: there is no pool %.*s", w->rule.line,
		    (int)w->pool.n, w->pool.p);
	}
	return 1;
}

/* the rule's action, or what goes without one: 1 decided, 0 renamed */
static int
apply(struct routing *w, const struct routing_conf *c)
{
	const struct routes_rule *r = &w->rule;
	int here;

	switch (r->what) {
	case ROUTES_LOCAL: return go_local(w, c);
	case ROUTES_MX: w->what = ROUTING_MX; return apply_pool(w, c);
	case ROUTES_HOST: w->what = ROUTING_HOST; return apply_pool(w, c);
	case ROUTES_LMTP: w->what = ROUTING_LMTP; return apply_pool(w, c);
	case ROUTES_REJECT:
		return answer(w, ROUTING_BOUNCED, "5.7.1", "policy", "%.*s",
		    (int)r->text.n, r->text.p);
	case ROUTES_DEFER:
		return answer(w, ROUTING_DEFERRED, "4.7.1", "policy", "%.*s",
		    (int)r->text.n, r->text.p);
	case ROUTES_DISCARD:
		return answer(w, ROUTING_DISCARD, "2.0.0", "policy",
		    "discarded by routes:%u", r->line);
	case ROUTES_REWRITE:
		if (routes_rewrite(&w->spare, r->text, buf_data(&w->to),
			buf_len(&w->to)) == -1)
			return answer(w, ROUTING_BOUNCED, "5.1.3", "policy",
			    "address too long");
		return rename_to(w, &w->spare);
	case ROUTES_UNSAID: break;
	}
	here = is_local(w, c);
	if (here == -1)
		return broken(w, "local");
	if (here) {
		routing_say(w, "local", 0, "%.*s is local",
		    (int)w->addr.domain_len, w->addr.domain);
		return go_local(w, c);
	}
	w->what = ROUTING_MX;
	return apply_pool(w, c);
}

static void
start(struct routing *w, const struct routing_job *job, struct routes_job *j)
{
	w->renamed = w->several = w->doubt = 0;
	w->outside = w->forwarded = 0;
	w->what = ROUTING_MX;
	w->esc = w->class = "";
	w->text[0] = '\0';
	w->pool.n = w->provider.name.n = 0;
	w->spill = 0;
	memset(&w->source, 0, sizeof w->source);
	buf_clear(&w->user);
	buf_clear(&w->ext);
	w->rule.line = 0;
	w->rule.what = ROUTES_UNSAID;
	w->rule.n_host = w->rule.least = 0;
	w->rule.pool.n = w->rule.via.n = w->rule.tls.n = w->rule.per_conn.n = 0;
	w->rule.breaker.n = w->rule.fallback.n = 0;
	/* a sender that is none matches as the null sender */
	address_set(&w->from, job->from.p, job->from.n);
	j->to = &w->addr;
	j->from = &w->from;
	j->tenant = job->tenant;
	j->user = job->user;
	j->tag = job->tag;
	j->n_tag = job->n_tag;
	j->size = job->size;
	j->try = job->try;
	j->last_class = job->last_class;
	j->last_failure = job->last_failure;
	j->last_src = job->last_src;
	j->at_s = job->at_s;
	j->whole = NULL;
	j->doubt = job->early ? &w->doubt : NULL;
}

/* aliases once more, then the next rule: 1 decided, 0 renamed */
static int
round_of(struct routing *w, const struct routing_conf *c,
    const struct routes_job *j)
{
	unsigned after = w->rule.line;
	int r;

	if (follow_aliases(w, c))
		return 1;
	if (w->several && !w->alias.keep)
		return go_local(w, c);
	r = routes_find(&c->loaded, &c->routes, j, after, &w->rule);
	if (r == -1)
		return broken(w, "routes");
	if (r == 0) {
		w->rule.line = 0;
		w->rule.what = ROUTES_UNSAID;
		w->rule.n_host = w->rule.least = 0;
		w->rule.pool.n = w->rule.via.n = w->rule.tls.n =
		    w->rule.per_conn.n = 0;
		w->rule.breaker.n = w->rule.fallback.n = 0;
	} else {
		routing_say(w, "routes", w->rule.line, "matches %.*s",
		    (int)buf_len(&w->to), buf_data(&w->to));
	}
	w->hash = word_hash(w->hash, w->addr.domain, w->addr.domain_len);
	if (!apply(w, c))
		return 0;
	if (w->several && w->what != ROUTING_LOCAL && w->what < ROUTING_DISCARD)
		return answer(w, ROUTING_DEFERRED, "4.3.5", "loop",
		    "aliases:%u: keeps its own address, which is not local",
		    w->alias.line);
	return 1;
}

/* 1: the sender, or the address as it is now, has a line in prohibited */
static int
is_prohibited(struct routing *w, const struct routing_conf *c)
{
	struct prohibited p;
	int r, to;

	if (c->prohibited.get == NULL)
		return 0;
	r = prohibited_find(&c->prohibited, PROHIBITED_FROM, &w->from, &p);
	to = r == 0;
	if (to)
		r = prohibited_find(&c->prohibited, PROHIBITED_TO, &w->addr,
		    &p);
	if (r != 1)
		return r == -1 ? broken(w, "prohibited") : 0;
	routing_say(w, "prohibited", p.line, "%s %s",
	    to ? "no mail goes to" : "no mail is taken from",
	    to ? w->addr.key : w->from.key);
	return answer(w, ROUTING_BOUNCED, "5.7.1", "policy", "%.*s",
	    (int)p.text.n, p.text.p);
}

/* does it leave this site? */
static void
leaves(struct routing *w, const struct routing_conf *c)
{
	w->outside = (w->what == ROUTING_MX || w->what == ROUTING_HOST) &&
	    is_local(w, c) == 0;
	w->forwarded = w->outside && w->renamed;
}

void
routing_decide(struct routing *w, const struct routing_conf *c,
    const struct routing_job *job)
{
	struct routes_job j;
	unsigned i;

	start(w, job, &j);
	w->job = job;
	j.local = &c->local;
	j.clock = c->clock;
	if (set_to(w, job->to.p, job->to.n) || is_prohibited(w, c))
		return;
	for (i = 0; i <= ROUTING_REWRITES_MAX; i++) {
		w->hash = word_hash(0, job->id.p, job->id.n);
		if (round_of(w, c, &j)) {
			if (!w->renamed || w->what > ROUTING_LOCAL ||
			    !is_prohibited(w, c))
				leaves(w, c);
			return;
		}
	}
	answer(w, ROUTING_DEFERRED, "4.3.5", "loop",
	    "more than %d rewritings, the last by routes:%u",
	    ROUTING_REWRITES_MAX, w->rule.line);
}

void
routing_free(struct routing *w)
{
	buf_free(&w->to);
	buf_free(&w->user);
	buf_free(&w->ext);
	buf_free(&w->spare);
	aliases_free(&w->alias);
	memset(w, 0, sizeof *w);
}
