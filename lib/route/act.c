#include "route/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "route/literals.h"
#include "route/planevent.h"
#include "route/routebreaker.h"
#include "route/routeidn.h"
#include "route/routeprovider.h"
#include "route/routeresult.h"
#include "route/routesource.h"
#include "route/routesuppress.h"
#include "route/spilling.h"
#include <stdio.h>
#include <string.h>

static void
check_memory(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}

void
routeact_answer(const struct routeact *a, const struct routejob *j,
    const struct routing *w, const char *status, const char *esc,
    const char *class, const char *text)
{
	struct slice domain = { w->addr.domain, w->addr.domain_len };

	check_memory(routeresult_answer(&a->up->out, j, status, esc, class,
	    domain, text));
	wire_dirty(a->up);
}

/* one job on its way through here */
struct act {
	const struct routeact *a;
	const struct routejob *job;
	struct routing *where;
};

static void
answer(const struct act *x, const char *status, const char *esc,
    const char *class, const char *text)
{
	routeact_answer(x->a, x->job, x->where, status, esc, class, text);
}

static void
answer_hosts(const struct act *x, const struct hosts *h)
{
	answer(x, h->temporary ? "deferred" : "bounced", h->esc, h->class,
	    h->text);
}

/* what routejob_local() or routejob_remote() said; 0: it is answered */
static int
handed_down(const struct act *x, int r)
{
	check_memory(r);
	if (r == 0) {
		wire_dirty(x->a->down);
		return 1;
	}
	answer(x, "deferred", "4.3.5", "local",
	    "the job is too long with what route adds");
	return 0;
}

/* how it is protected; hosts NULL: they need no DNS.  NULL: it is answered */
static const struct protect *protected(const struct act *x,
    const struct hosts *hosts)
{
	static struct protect how;
	struct slice domain = { x->where->addr.domain,
		x->where->addr.domain_len };

	switch (protect_decide(&how, x->a->tls_out, x->where, &x->job->w,
	    hosts)) {
	case PROTECT_GOOD: break;
	case PROTECT_NO_MEMORY: check_memory(-1); break;
	case PROTECT_DAMAGED:
		answer(x, "deferred", "4.3.5", "local",
		    "table tls-out is damaged");
		return NULL;
	}
	if (x->job->explain != NULL)
		routewhy_left_out(x->a->why, &how);
	if (how.plan.n_kept > 0)
		return &how;
	if (x->job->explain == NULL)
		planevent(&how, domain);
	check_memory(routeresult_unsafe(&x->a->up->out, x->job, domain,
	    &how.plan));
	wire_dirty(x->a->up);
	return NULL;
}

/* it goes out under another sender */
static void
say_sender(const struct act *x)
{
	const struct ltsv_field *f = x->job->srs;
	char t[2 * WORD_ADDRESS_MAX];

	if (!routejob_forwards(x->job, x->where))
		return;
	snprintf(t, sizeof t, "forwarded, from %.*s", (int)f->value_len,
	    f->value);
	routewhy_step(x->a->why, "srs", 0, t);
}

/* is there another source where its own has no more to give? */
static void
spill(const struct act *x, struct slice site)
{
	if (x->a->spills != NULL)
		spilling(x->where, x->a->conf, x->a->spills, site,
		    clock_mono_us());
}

/* does an order suspend what goes that way?  1: it is answered */
static int
kept(const struct act *x, const struct suspendif_way *w)
{
	char text[64];
	uint64_t number, until;

	if (x->job->suspend_if.n == 0 ||
	    !suspendif(x->job->suspend_if, w, &number, &until))
		return 0;
	snprintf(text, sizeof text, "order %llu suspends what goes there",
	    (unsigned long long)number);
	if (x->job->explain != NULL)
		routewhy_step(x->a->why, "queue-ctl", 0, text);
	check_memory(routeresult_suspended(&x->a->up->out, x->job, w, number,
	    until));
	wire_dirty(x->a->up);
	return 1;
}

static void
send_local(const struct act *x)
{
	static const struct suspendif_way here = { .via = { "local", 5 },
		.site = { "local", 5 } };

	if (!kept(x, &here))
		handed_down(x,
		    routejob_local(&x->a->down->out, x->job, x->where));
}

/* it is on its way in its pool */
static void
count(const struct act *x)
{
	const struct ltsv_field *n = x->job->number;

	if (x->a->underway != NULL && n != NULL)
		underway_sent(x->a->underway,
		    (struct slice){ x->job->id->value, x->job->id->value_len },
		    (struct slice){ n->value, n->value_len }, x->where->pool,
		    x->where->source.name);
}

static void
send_remote(const struct act *x, struct slice site, const struct buf *mx,
    const char *groups, const struct protect *how)
{
	struct slice list = { buf_data(mx), buf_len(mx) };
	const struct suspendif_way way = { .via = routejob_via(x->where),
		.site = site,
		.provider = x->where->provider.name };

	if (kept(x, &way))
		return;
	if (x->job->explain != NULL)
		say_sender(x);
	if (handed_down(x,
		routejob_remote(&x->a->down->out, x->job, x->where, x->a->me,
		    site, list, groups, how)) &&
	    x->job->explain == NULL)
		count(x);
}

/* who runs the servers: 0, or -1 when answered */
static int
find_provider(const struct act *x, const struct hosts *hosts)
{
	if (routeprovider(x->a->providers, x->where, hosts) == 0) {
		if (x->job->explain != NULL)
			routewhy_provider(x->a->why, x->where);
		return 0;
	}
	answer(x, "deferred", "4.3.5", "local",
	    "table providers is missing or damaged");
	return -1;
}

static struct nexthop *send_by_rule(const struct act *);

/* is it kept from its site?  1: it is answered, goes to other hosts or waits for
 * them; 0: it goes */
static int
is_kept(const struct act *x, struct slice site, struct nexthop **wait)
{
	struct routing *w = x->where;
	const struct breaker_site *why;
	int64_t now_us = clock_mono_us();

	*wait = NULL;
	if (x->a->breakers == NULL)
		return 0;
	switch (routebreaker(w, x->a->breakers, site, x->job->explain == NULL,
	    now_us, &why)) {
	case ROUTEBREAKER_GO: return 0;
	case ROUTEBREAKER_INSTEAD: *wait = send_by_rule(x); return 1;
	case ROUTEBREAKER_WAIT: break;
	}
	check_memory(routeresult_wait(&x->a->up->out, x->job,
	    (uint64_t)(clock_wall_us() + why->until_us - now_us) / 1000000 + 1,
	    (struct slice){ w->addr.domain, w->addr.domain_len }, why->text));
	wire_dirty(x->a->up);
	return 1;
}

/* what it waits for, NULL: nothing */
static struct nexthop *
send_to_hosts(const struct act *x, const struct hosts *h)
{
	static struct buf list;
	const struct slice site = { h->site, strlen(h->site) };
	const struct protect *how;
	char groups[HOSTS_GROUPS_TEXT];
	struct nexthop *wait;
	int n;

	if (is_kept(x, site, &wait))
		return wait;
	if (find_provider(x, h) == -1 || (how = protected(x, h)) == NULL)
		return NULL;
	spill(x, site);
	buf_clear(&list);
	n = hosts_order(&list, h, how->plan.keep,
	    routesource_families(x->where, x->a->inet),
	    word_mix(x->where->hash + 2), groups);
	check_memory(n);
	if (n == 0) {
		answer(x, "deferred", "4.4.4", "dns",
		    "the source has no "
		    "address of the family that the hosts have");
		return NULL;
	}
	send_remote(x, site, &list, groups, how);
	return NULL;
}

/* hosts that need no DNS: 1, or 0 when one has a name; what it waits for all the
 * same, NULL: nothing */
static int
send_literals(const struct act *x, struct nexthop **wait)
{
	static struct buf mx, site;
	char groups[2 * ROUTES_HOSTS_MAX + 1];
	const struct protect *how;
	struct slice name;
	int r = literals_rule(x->where, &site, &mx, groups);

	*wait = NULL;
	check_memory(r);
	if (r == 0)
		return 0;
	name = (struct slice){ buf_data(&site), buf_len(&site) };
	if (!is_kept(x, name, wait) && find_provider(x, NULL) == 0 &&
	    (how = protected(x, NULL)) != NULL) {
		spill(x, name);
		send_remote(x, name, &mx, groups, how);
	}
	return 1;
}

/* user@[192.0.2.1], user@[IPv6:2001:db8::1] */
static struct nexthop *
send_to_literal(const struct act *x)
{
	struct nexthop *wait = NULL;
	struct hosts a;
	int r = literals_address(&x->where->addr, &x->a->nexthops->policy, &a);

	check_memory(r);
	if (r == 0) {
		answer(x, "bounced", "5.1.2", "policy", "bad address literal");
		return NULL;
	}
	if (a.n > 0)
		wait = send_to_hosts(x, &a);
	else
		answer_hosts(x, &a);
	hosts_free(&a);
	return wait;
}

/* a domain as the DNS knows it: 0, or -1 when answered */
static int
to_ascii(const struct act *x)
{
	switch (routeidn(x->where)) {
	case ROUTEIDN_GOOD: return 0;
	case ROUTEIDN_NO_MEMORY: check_memory(-1); break;
	case ROUTEIDN_NO_DOMAIN:
		answer(x, "bounced", "5.1.2", "policy",
		    "not an internationalized domain name");
		break;
	case ROUTEIDN_TOO_LONG:
		answer(x, "bounced", "5.1.3", "policy", "address too long");
		break;
	}
	return -1;
}

static struct nexthop *
send_by_dns(const struct act *x)
{
	const struct routing *w = x->where;
	struct nexthops *t = x->a->nexthops;
	const struct hosts *h;
	struct nexthop *d;

	if (w->what == ROUTING_MX)
		d = nexthop_mx(t, w->addr.domain, w->addr.domain_len);
	else
		d = nexthop_hosts(t, w->rule.host, w->rule.n_host,
		    w->what == ROUTING_LMTP, w->rule.least);
	check_memory(d == NULL ? -1 : 0);
	h = nexthop_answer(d);
	if (h == NULL)
		return d;
	if (h->n > 0)
		return send_to_hosts(x, h);
	answer_hosts(x, h);
	return NULL;
}

/* to the hosts that the rule names */
static struct nexthop *
send_by_rule(const struct act *x)
{
	struct nexthop *wait;

	return send_literals(x, &wait) ? wait : send_by_dns(x);
}

/* is it kept from who gets no more mail?  1: it is answered */
static int
suppressed(const struct act *x)
{
	int r;

	if (x->a->suppress == NULL)
		return 0;
	r = routesuppress(x->a->suppress, x->job, x->where, clock_wall_s(),
	    &x->a->up->out);
	check_memory(r);
	if (r == 1)
		wire_dirty(x->a->up);
	return r;
}

struct nexthop *
routeact_do(const struct routeact *a, const struct routejob *j,
    struct routing *w)
{
	const struct act x = { a, j, w };

	if (suppressed(&x))
		return NULL;
	switch (w->what) {
	case ROUTING_MX:
		if (w->addr.domain[0] == '[')
			return send_to_literal(&x);
		if (to_ascii(&x) == 0)
			return send_by_dns(&x);
		break;
	case ROUTING_HOST:
	case ROUTING_LMTP: return send_by_rule(&x);
	case ROUTING_LOCAL: send_local(&x); break;
	case ROUTING_DISCARD:
		answer(&x, "sent", w->esc, w->class, w->text);
		break;
	case ROUTING_BOUNCED:
		answer(&x, "bounced", w->esc, w->class, w->text);
		break;
	case ROUTING_DEFERRED:
		answer(&x, "deferred", w->esc, w->class, w->text);
		break;
	}
	return NULL;
}
