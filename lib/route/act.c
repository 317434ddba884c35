#include "route/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "dns/idn.h"
#include "route/planevent.h"
#include <stdio.h>
#include <stdlib.h>
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

	check_memory(routejob_answer(&a->up->out, j, status, esc, class, domain,
	    text));
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

/* what routejob_local() or routejob_remote() said */
static void
handed_down(const struct act *x, int r)
{
	check_memory(r);
	if (r == ROUTEJOB_TOO_LONG)
		answer(x, "deferred", "4.3.5", "local",
		    "the job is too long with what route adds");
	else
		wire_dirty(x->a->down);
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
	if (how.plan.n_kept > 0)
		return &how;
	planevent(&how, domain);
	check_memory(routejob_unsafe(&x->a->up->out, x->job, domain,
	    &how.plan));
	wire_dirty(x->a->up);
	return NULL;
}

static void
send_remote(const struct act *x, struct slice site, const struct buf *mx,
    const struct protect *how)
{
	struct slice list = { buf_data(mx), buf_len(mx) };

	handed_down(x,
	    routejob_remote(&x->a->down->out, x->job, x->where, x->a->me, site,
		list, how));
}

enum hosts_inet
routeact_families(const struct routeact *a, const struct routing *w)
{
	int have4 = w->source.ip.n > 0, have6 = w->source.ip6.n > 0;

	if (have4 == have6)
		return a->inet;
	return have4 ? HOSTS_4 : HOSTS_6;
}

static void
send_to_hosts(const struct act *x, const struct hosts *h)
{
	static struct buf list;
	const struct protect *how = protected(x, h);
	int n;

	if (how == NULL)
		return;
	buf_clear(&list);
	n = hosts_order(&list, h, how->plan.keep,
	    routeact_families(x->a, x->where), word_mix(x->where->hash + 2));
	check_memory(n);
	if (n == 0) {
		answer(x, "deferred", "4.4.4", "dns",
		    "the source has no "
		    "address of the family that the hosts have");
		return;
	}
	send_remote(x, (struct slice){ h->site, strlen(h->site) }, &list, how);
}

/* hosts that need no DNS: 1, or 0 when one has a name */
static int
send_literals(const struct act *x)
{
	static struct buf mx, site;
	const struct protect *how;
	int r = routejob_literals(x->where, &site, &mx);

	check_memory(r);
	if (r == 1 && (how = protected(x, NULL)) != NULL)
		send_remote(x,
		    (struct slice){ buf_data(&site), buf_len(&site) }, &mx,
		    how);
	return r;
}

/* user@[192.0.2.1], user@[IPv6:2001:db8::1] */
static void
send_to_literal(const struct act *x)
{
	const struct address *to = &x->where->addr;
	const char *p = to->domain + 1;
	size_t n = to->domain_len;
	struct hosts_draft *d;
	struct hosts_host *h;
	struct hostaddr ip;
	struct hosts a;

	n = n < 2 || p[n - 2] != ']' ? 0 : n - 2;
	if (n > 5 && memcmp(p, "ipv6:", 5) == 0) {
		p += 5;
		n -= 5;
	}
	if (n == 0 || hostaddr_scan(p, n, &ip) == -1) {
		answer(x, "bounced", "5.1.2", "policy", "bad address literal");
		return;
	}
	d = calloc(1, sizeof *d);
	check_memory(d == NULL ? -1 : 0);
	snprintf(d->domain, sizeof d->domain, "%.*s", (int)to->domain_len,
	    to->domain);
	h = hosts_add(d, p, n, 0, 25);
	hosts_add_ip(h, ip.ip, ip.family == 4 ? 4 : 16);
	check_memory(hosts_finish(d, &x->a->nexthops->policy, &a));
	if (a.n > 0)
		send_to_hosts(x, &a);
	else
		answer_hosts(x, &a);
	hosts_free(&a);
	free(d);
}

/*
 * A domain as DNS knows it, in place of one in UTF-8.  Where the user is
 * ASCII the whole address becomes so: no next host needs SMTPUTF8 for it.
 * 0, or -1 when answered.
 */
static int
to_ascii(const struct act *x)
{
	struct routing *w = x->where;
	char domain[WORD_DOMAIN_MAX + 1];
	struct buf a = { 0 };
	size_t user = w->addr.user_len;
	int r;

	if (!idn_needed(w->addr.domain, w->addr.domain_len))
		return 0;
	if (idn_ascii(w->addr.domain, w->addr.domain_len, domain) == -1) {
		answer(x, "bounced", "5.1.2", "policy",
		    "not an internationalized domain name");
		return -1;
	}
	check_memory(buf_put(&a, buf_data(&w->to), user));
	check_memory(buf_putc(&a, '@'));
	check_memory(buf_puts(&a, domain));
	r = address_set(&w->addr, buf_data(&a), buf_len(&a));
	if (r == 0 && !idn_needed(buf_data(&a), user)) {
		buf_clear(&w->to);
		check_memory(buf_put(&w->to, buf_data(&a), buf_len(&a)));
		w->renamed = 1;
	}
	buf_free(&a);
	if (r == -1)
		answer(x, "bounced", "5.1.3", "policy", "address too long");
	return r;
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
		    w->what == ROUTING_LMTP);
	check_memory(d == NULL ? -1 : 0);
	h = nexthop_answer(d);
	if (h == NULL)
		return d;
	if (h->n > 0)
		send_to_hosts(x, h);
	else
		answer_hosts(x, h);
	return NULL;
}

/* suppressed addresses */

static void
refuse(const struct act *x, const struct suppressask_mail *m)
{
	const struct routejob *j = x->job;
	struct suppressask *s = x->a->suppress;

	suppressask_event(s, m, "route");
	event_copy(j->id);
	event_copy(j->number);
	event_end();
	check_memory(routejob_suppressed(&x->a->up->out, j, s->line.reason,
	    (struct slice){ x->where->addr.domain, x->where->addr.domain_len },
	    s->text, suppressask_reports(s, m)));
	wire_dirty(x->a->up);
}

/* does the list say no of an address?  1: it is answered */
static int
is_refused(const struct act *x, struct suppressask_mail *m, struct slice to)
{
	m->to = to;
	switch (suppressask(x->a->suppress, m, clock_wall_s())) {
	case 0: return 0;
	case 1: refuse(x, m); return 1;
	}
	answer(x, "deferred", "4.3.5", "local",
	    "it cannot be looked up now who gets no more mail");
	return 1;
}

/* of our own people's mail that goes somewhere: as it was queued, and as it
 * goes.  1: it is answered */
static int
suppressed(const struct act *x)
{
	const struct routing_job *j = &x->job->w;
	struct routing *w = x->where;
	struct suppressask_mail m = {
		.from = j->from, .tenant = j->tenant, .user = j->user
	};
	unsigned i;

	if (!x->job->inside || w->what == ROUTING_BOUNCED ||
	    w->what == ROUTING_DEFERRED)
		return 0;
	for (i = 0; i < j->n_tag; i++)
		if (j->tag[i].n > 7 && memcmp(j->tag[i].p, "stream=", 7) == 0)
			m.stream =
			    (struct slice){ j->tag[i].p + 7, j->tag[i].n - 7 };
	return is_refused(x, &m, j->to) ||
	    (w->renamed &&
		is_refused(x, &m,
		    (struct slice){ buf_data(&w->to), buf_len(&w->to) }));
}

struct nexthop *
routeact_do(const struct routeact *a, const struct routejob *j,
    struct routing *w)
{
	const struct act x = { a, j, w };

	if (a->suppress != NULL && suppressed(&x))
		return NULL;
	switch (w->what) {
	case ROUTING_MX:
		if (w->addr.domain[0] == '[')
			send_to_literal(&x);
		else if (to_ascii(&x) == 0)
			return send_by_dns(&x);
		break;
	case ROUTING_HOST:
	case ROUTING_LMTP:
		if (!send_literals(&x))
			return send_by_dns(&x);
		break;
	case ROUTING_LOCAL:
		handed_down(&x, routejob_local(&a->down->out, j, w));
		break;
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
