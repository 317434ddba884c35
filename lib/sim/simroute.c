#include "sim/simroute.h"
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "conf/hostname.h"

void
simroute_open(struct simroute *r, const char *confdir)
{
	static char me[HOSTNAME_MAX + 1];

	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	ascii_lower_copy(me, me, strlen(me));
	routetables_open(&r->tables, &r->conf, confdir, me);
	providertable_open(&r->providers, confdir);
}

/* hosts that a rule names make a site, as route/hosts.c has it */
static struct slice
site_given(struct simroute *r)
{
	const struct routes_rule *rule = &r->w.rule;
	unsigned i;

	buf_clear(&r->site);
	for (i = 0; i < rule->n_host; i++) {
		if (i > 0)
			needs(buf_putc(&r->site, ','));
		needs(buf_put(&r->site, rule->host[i].name.p,
		    rule->host[i].name.n));
		if (rule->host[i].port != 0 &&
		    (rule->host[i].port != 25 || r->w.what == ROUTING_LMTP))
			needs(buf_printf(&r->site, ":%u", rule->host[i].port));
	}
	needs(site_cut(&r->site));
	return (struct slice){ buf_data(&r->site), buf_len(&r->site) };
}

/* who runs it: by the table, else as the log has it */
static struct slice
provider(struct simroute *r, struct slice domain, struct slice known)
{
	struct provider p = { .name = { NULL, 0 } };

	if (providers_find(&r->providers.lookup, domain, NULL, &p) == 1)
		return p.name;
	return known;
}

/* is it kept from its site?  It may go to other hosts then; 1: it waits */
static int
is_kept(struct simroute *r, int64_t now_us, struct simroute_place *out)
{
	const struct breaker_site *why;

	switch (routebreaker(&r->w, &r->breakers, out->site, 1, now_us, &why)) {
	case ROUTEBREAKER_GO: return 0;
	case ROUTEBREAKER_INSTEAD: out->site = site_given(r); return 0;
	case ROUTEBREAKER_WAIT: break;
	}
	out->what = SIMROUTE_LATER;
	out->until_us = why->until_us;
	return 1;
}

static void
remote(struct simroute *r, struct slice site, struct slice known,
    int64_t now_us, struct simroute_place *out)
{
	struct routing *w = &r->w;

	out->what = SIMROUTE_REMOTE;
	out->provider = provider(r, out->domain, known);
	if (w->what != ROUTING_MX)
		out->site = site_given(r);
	else
		out->site = site.n > 0 ? site : out->domain;
	if (is_kept(r, now_us, out))
		return;
	w->provider.name = out->provider;
	spilling(w, &r->conf, &r->spills, out->site, now_us);
	out->spills = (int)w->spill;
	out->via = w->rule.via.n > 0 ? w->rule.via : w->pool;
	out->src = w->source.name;
}

void
simroute_decide(struct simroute *r, const struct routing_job *job,
    struct slice site, struct slice known, int64_t now_us,
    struct simroute_place *out)
{
	struct routing *w = &r->w;

	memset(out, 0, sizeof *out);
	routing_decide(w, &r->conf, job);
	out->domain = (struct slice){ w->addr.domain, w->addr.domain_len };
	out->esc = w->esc;
	out->class = w->class;
	out->text = w->text;
	switch (w->what) {
	case ROUTING_MX:
	case ROUTING_HOST:
	case ROUTING_LMTP: remote(r, site, known, now_us, out); return;
	case ROUTING_LOCAL:
		out->what = SIMROUTE_LOCAL;
		out->site = out->via = (struct slice){ "local", 5 };
		return;
	case ROUTING_DISCARD: out->what = SIMROUTE_SENT; return;
	case ROUTING_BOUNCED: out->what = SIMROUTE_BOUNCED; return;
	case ROUTING_DEFERRED: out->what = SIMROUTE_DEFERRED; return;
	}
}

int
simroute_result(struct simroute *r, const char *line, size_t n, int64_t now_us,
    struct buf *out)
{
	static struct ltsv l;
	int got;

	if ((r->breakers.sites.n == 0 &&
		memmem(line, n, "\tspill-", 7) == NULL) ||
	    ltsv_parse(line, n, &l) == -1)
		return 0;
	breaker_result(&r->breakers, &l, now_us);
	buf_clear(out);
	got = spilling_result(&r->spills, &l, now_us, now_us, out);
	needs(got);
	return got;
}
