#include "route/routeexplain.h"
#include "conf/word.h"
#include "route/routeprovider.h"
#include "route/routesource.h"
#include "route/tlslabels.h"

int
routeexplain_none(struct routeexplain *e, const char *status, const char *esc,
    const char *class, const char *text)
{
	e->end = status[0] == 'b' ? ROUTEEXPLAIN_NEVER : ROUTEEXPLAIN_LATER;
	return buf_printf(&e->why->text, "%s esc:%s class:%s text:%s\n", status,
	    esc, class, text);
}

/* all of list, with `to` in place of each `from` */
static int
put_list(struct routeexplain *e, char from, char to)
{
	size_t i;

	for (i = 0; i < buf_len(&e->list); i++)
		if (buf_data(&e->list)[i] == from)
			buf_data(&e->list)[i] = to;
	return buf_put(&e->why->text, buf_data(&e->list), buf_len(&e->list)) ==
		-1
	    ? -1
	    : buf_putc(&e->why->text, '\n');
}

/* who runs the servers; it stays GOES unless that cannot be known */
static int
put_provider(struct routeexplain *e, const struct hosts *hosts)
{
	const struct provider *p = &e->routing->provider;

	if (routeprovider(e->providers, e->routing, hosts) == -1)
		return routeexplain_none(e, "deferred", "4.3.5", "local",
		    "table providers is missing or damaged");
	routewhy_provider(e->why, e->routing);
	return p->name.n == 0 ? 0
			      : buf_printf(&e->why->text, "provider:%.*s\n",
				    (int)p->name.n, p->name.p);
}

static int
put_protection(struct routeexplain *e, const struct hosts *hosts)
{
	const struct tlsplan *plan = &e->how.plan;

	switch (protect_decide(&e->how, e->tls_out, e->routing, e->job,
	    hosts)) {
	case PROTECT_GOOD: break;
	case PROTECT_NO_MEMORY: return -1;
	case PROTECT_DAMAGED:
		return routeexplain_none(e, "deferred", "4.3.5", "local",
		    "table tls-out is damaged");
	}
	routewhy_left_out(e->why, &e->how);
	if (plan->n_kept == 0)
		return routeexplain_none(e,
		    plan->esc[0] == '5' ? "bounced" : "deferred", plan->esc,
		    plan->class, plan->text);
	buf_clear(&e->list);
	return tlslabels_put(&e->list, &e->how) == -1 ? -1
						      : put_list(e, '\t', ' ');
}

static int
put_hosts(struct routeexplain *e, const struct hosts *hosts)
{
	buf_clear(&e->list);
	if (buf_printf(&e->why->text, "site:%s\n", hosts->site) == -1 ||
	    hosts_order(&e->list, hosts, e->how.plan.keep,
		routesource_families(e->routing, e->inet),
		word_mix(e->routing->hash + 2), NULL) == -1)
		return -1;
	return put_list(e, ' ', '\n');
}

int
routeexplain_hosts(struct routeexplain *e, const struct hosts *hosts)
{
	int r;

	e->end = ROUTEEXPLAIN_GOES;
	if (hosts != NULL && hosts->n == 0)
		return routeexplain_none(e,
		    hosts->temporary ? "deferred" : "bounced", hosts->esc,
		    hosts->class, hosts->text);
	r = put_provider(e, hosts);
	if (r == 0 && e->end == ROUTEEXPLAIN_GOES)
		r = put_protection(e, hosts);
	if (r == 0 && e->end == ROUTEEXPLAIN_GOES && hosts != NULL)
		r = put_hosts(e, hosts);
	return r;
}

int
routeexplain_wants_dns(const struct routing *w)
{
	unsigned i;

	if (w->rule.least)
		return 1;
	if (w->what == ROUTING_MX)
		return w->addr.domain[0] != '[';
	for (i = 0; i < w->rule.n_host; i++)
		if (w->rule.host[i].port != 0 && !w->rule.host[i].literal)
			return 1;
	return 0;
}

void
routeexplain_free(struct routeexplain *e)
{
	buf_free(&e->list);
	buf_free(&e->how.tlsa);
}
