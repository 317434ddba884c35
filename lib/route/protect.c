#include "route/protect.h"
#include "base/ascii.h"
#include <stdio.h>
#include <string.h>

/* what tls-out is asked for: the domain, or the first host of a rule.  A path
 * has no name there */
static struct slice
destination(struct protect *p, const struct routing *w)
{
	struct slice s = { w->addr.domain, w->addr.domain_len };

	if (w->what != ROUTING_MX)
		s = w->rule.host[0].port == 0 ? (struct slice){ "", 0 }
					      : w->rule.host[0].name;
	if (s.n > WORD_DOMAIN_MAX)
		s.n = 0;
	ascii_lower_copy(p->nexthop, s.p, s.n);
	p->nexthop[s.n] = '\0';
	return (struct slice){ p->nexthop, s.n };
}

static void
fill_known(struct protect *p, const struct hosts *h)
{
	unsigned i;

	for (i = 0; i < h->n; i++)
		p->host[i] = (struct tlsplan_host){ .name = hosts_name(h, i),
			.dane = (enum hosts_dane)h->item[i].dane,
			.listed = h->item[i].listed };
	p->in.n = h->n;
	/* an address literal is its own answer */
	p->in.mx_secure = h->mx_secure || p->nexthop[0] == '[';
	p->in.unsure = h->unsure != 0;
	p->in.sts = (enum sts_mode)h->sts;
	p->in.sts_id = (struct slice){ h->sts_id, strlen(h->sts_id) };
}

/* hosts by their addresses: nothing is known of them, nor has to be vouched
 * for */
static void
fill_literal(struct protect *p)
{
	p->host[0] = (struct tlsplan_host){ .name = p->in.nexthop };
	p->in.n = 1;
	p->in.mx_secure = 1;
}

/* the label, and the hosts that it has no room for are not tried */
static int
put_tlsa(struct protect *p, const struct hosts *h)
{
	unsigned i;

	if (hosts_tlsa(&p->tlsa, h, p->plan.keep) == -1)
		return -1;
	p->plan.n_kept = 0;
	for (i = 0; i < h->n; i++)
		p->plan.n_kept += p->plan.keep[i] != 0;
	return 0;
}

enum protect_found
protect_decide(struct protect *p, const struct lookup *tls_out,
    const struct routing *w, const struct routing_job *job,
    const struct hosts *hosts)
{
	static const struct lookup none = { lookup_none, NULL };
	struct tlsplan_in *in = &p->in;

	memset(in, 0, sizeof *in);
	in->nexthop = destination(p, w);
	if (tlsout_find(tls_out == NULL ? &none : tls_out, in->nexthop,
		&p->line) == -1)
		return PROTECT_DAMAGED;
	in->line = &p->line;
	in->rule = w->rule.tls;
	in->rule_line = w->rule.line;
	in->requiretls = job->requiretls != 0;
	in->optional = job->tls_optional != 0;
	in->local = w->what == ROUTING_LMTP;
	in->host = p->host;
	if (hosts != NULL)
		fill_known(p, hosts);
	else
		fill_literal(p);
	tlsplan_decide(&p->plan, in);
	buf_clear(&p->tlsa);
	if (p->plan.word == TLSOUT_DANE && hosts != NULL &&
	    put_tlsa(p, hosts) == -1)
		return PROTECT_NO_MEMORY;
	return PROTECT_GOOD;
}

const char *
protect_why(const struct protect *p, unsigned host, char text[TLSPLAN_TEXT_MAX])
{
	const struct slice *name = &p->host[host].name;

	if (tlsplan_why(&p->in, host, text) != NULL)
		return text;
	if (p->plan.keep[host])
		return NULL;
	snprintf(text, TLSPLAN_TEXT_MAX,
	    "%.*s: its TLSA records have no room beside those of others",
	    (int)name->n, name->p);
	return text;
}
