#include "route/hostquery.h"
#include "base/clock.h"
#include "base/die.h"
#include "route/nexthop.h"
#include "route/tlsaquery.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hostquery {
	struct hostquery_conf conf;
	const char *key;
	size_t key_len;
	struct sts_answer *said; /* of the policy: the last that was given */
	void (*done)(void *, const struct hosts *, unsigned ttl);
	void *arg;
	struct hosts_draft draft;
	struct resolve_query mx;
	struct question {
		struct resolve_query q;
		struct hostquery *a;
		unsigned host;
	} addr[2 * HOSTS_MAX];
	struct tlsaquery *tlsa[HOSTS_MAX]; /* NULL: not asked for */
	unsigned char open[HOSTS_MAX]; /* addresses of a host still to come */
	struct stsask_query sts;
	unsigned left; /* answers still to come */
	unsigned ttl;
	unsigned sts_pending : 1;
	unsigned unchecked : 1; /* nobody checked some of the answers */
};

static void
drop(struct hostquery *a)
{
	unsigned i;

	if (a->sts_pending)
		stsask_cancel(&a->sts);
	for (i = 0; i < HOSTS_MAX; i++)
		if (a->tlsa[i] != NULL)
			tlsaquery_free(a->tlsa[i]);
	free(a);
}

static void
finish(struct hostquery *a, const struct hosts *answer, unsigned ttl)
{
	void (*done)(void *, const struct hosts *, unsigned) = a->done;
	void *arg = a->arg;

	drop(a);
	done(arg, answer, ttl);
}

/* over without hosts; temporary from the status code's class */
static void none(struct hostquery *, unsigned, const char *, const char *,
    const char *, ...) __attribute__((format(printf, 5, 6)));

static void
none(struct hostquery *a, unsigned ttl, const char *esc, const char *class,
    const char *fmt, ...)
{
	char t[WORD_DOMAIN_MAX + 128];
	struct hosts h;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t, sizeof t, fmt, ap);
	va_end(ap);
	needs(hosts_none(&h, esc[0] == '4', esc, class, "%s", t));
	finish(a, &h, ttl);
}

static unsigned
clamp(unsigned ttl, unsigned most)
{
	return ttl < NEXTHOP_TTL_MIN_S ? NEXTHOP_TTL_MIN_S
	    : ttl > most               ? most
				       : ttl;
}

/* which of the hosts the policy lists */
static void
list_hosts(struct hosts *h, const struct sts_answer *a)
{
	struct slice name;
	unsigned i;

	h->sts = a->mode;
	memcpy(h->sts_id, a->id, sizeof h->sts_id);
	for (i = 0; i < h->n && a->mode != STS_NONE; i++) {
		name = hosts_name(h, i);
		h->item[i].listed = (unsigned char)stspolicy_matches(a->mx,
		    a->n_mx, name.p, name.n);
	}
}

/* At each answer, as it may change between them.  TLSA records are asked for
 * only where answers are checked. */
static void
note_checked(struct hostquery *a)
{
	if (resolve_validates(a->conf.dns) != 1)
		a->unchecked = 1;
}

static void
all_answered(struct hostquery *a)
{
	struct hosts h;
	unsigned ttl;

	if (a->unchecked && resolve_validates(a->conf.dns) == 1)
		a->ttl = NEXTHOP_TTL_MIN_S; /* the next ones are checked */
	note_checked(a);
	a->draft.unsure |= a->unchecked;
	needs(hosts_finish(&a->draft, a->conf.policy, &h));
	list_hosts(&h, a->said);
	ttl = h.n == 0 && h.temporary
	    ? NEXTHOP_FAILED_TTL_S
	    : clamp(a->ttl,
		  h.n == 0 ? NEXTHOP_BAD_TTL_MAX_S : NEXTHOP_TTL_MAX_S);
	finish(a, &h, ttl);
}

static void
answered(struct hostquery *a, unsigned ttl)
{
	if (ttl < a->ttl)
		a->ttl = ttl;
	if (--a->left == 0)
		all_answered(a);
}

static void
on_tlsa(struct tlsaquery *q)
{
	answered(q->arg, q->ttl);
}

/* while sts-fetch is away what it said before goes on to hold: nobody gets at
 * mail by stopping it */
static void
on_sts(void *arg, struct sts_answer *r)
{
	struct hostquery *a = arg;

	a->sts_pending = 0;
	a->draft.unsure |= r->unknown;
	if (!r->unknown || a->said->expires_s <= clock_wall_s()) {
		sts_answer_free(a->said);
		*a->said = *r;
	}
	answered(a, r->unknown ? NEXTHOP_TTL_MIN_S : NEXTHOP_STS_TTL_S);
}

static void
ask_tlsa(struct hostquery *a, unsigned host)
{
	struct resolve *dns = a->conf.dns;
	struct tlsaquery *q;

	if (!tlsaquery_wanted(dns, &a->draft.host[host]))
		return;
	q = need(calloc(1, sizeof *q));
	q->done = on_tlsa;
	q->arg = a;
	q->ttl = a->ttl;
	a->tlsa[host] = q;
	a->left++;
	tlsaquery_ask(q, dns, &a->draft.host[host]);
}

static void
on_address(void *arg, const struct resolve_answer *r)
{
	struct question *q = arg;
	struct hostquery *a = q->a;
	struct hosts_host *h = &a->draft.host[q->host];
	unsigned i;

	note_checked(a);
	if (r->status == RESOLVE_FAILED)
		h->failed = 1;
	for (i = 0; r->status == RESOLVE_OK && i < r->n; i++)
		hosts_add_ip(h, r->data[i], (size_t)r->len[i]);
	if (r->status == RESOLVE_OK)
		hosts_vouch(h, r->secure, r->canon);
	if (--a->open[q->host] == 0)
		ask_tlsa(a, q->host);
	answered(a, r->status == RESOLVE_OK ? r->ttl : a->ttl);
}

static void
ask_address(struct hostquery *a, unsigned host, int type, struct question *q)
{
	q->a = a;
	q->host = host;
	q->q.name = a->draft.host[host].name;
	q->q.type = type;
	q->q.done = on_address;
	q->q.arg = q;
	a->left++;
	a->open[host]++;
	resolve_ask(a->conf.dns, &q->q);
}

static void
ask_addresses(struct hostquery *a)
{
	unsigned i, n = 0;

	for (i = 0; i < a->draft.n; i++) {
		if (a->draft.host[i].n > 0)
			continue; /* a literal */
		if (a->conf.ask4)
			ask_address(a, i, RESOLVE_A, &a->addr[n++]);
		if (a->conf.ask6)
			ask_address(a, i, RESOLVE_AAAA, &a->addr[n++]);
	}
	answered(a, a->ttl);
}

static void
on_mx(void *arg, const struct resolve_answer *r)
{
	struct hostquery *a = arg;
	const char *name = a->key;
	unsigned i;

	note_checked(a);
	a->draft.mx_secure = r->secure;
	switch (r->status) {
	case RESOLVE_FAILED:
		none(a, NEXTHOP_FAILED_TTL_S, "4.4.3", "dns", "MX of %s: %s",
		    name, r->text);
		return;
	case RESOLVE_NXDOMAIN:
		none(a, NEXTHOP_TTL_MIN_S, "5.1.2", "dns",
		    "there is no domain %s", name);
		return;
	case RESOLVE_NONE:
		hosts_add(&a->draft, a->key, a->key_len, 0, 25);
		break;
	case RESOLVE_OK:
		if (r->ttl < a->ttl)
			a->ttl = r->ttl;
		for (i = 0; i < r->n; i++)
			hosts_add_mx(&a->draft, r->data[i], (size_t)r->len[i]);
		hosts_take_mx(&a->draft);
		if (a->draft.n > 0)
			break;
		if (a->draft.null_mx)
			none(a, clamp(r->ttl, NEXTHOP_BAD_TTL_MAX_S), "5.1.10",
			    "null-mx", "domain %s accepts no mail (null MX)",
			    name);
		else
			none(a, NEXTHOP_TTL_MIN_S, "5.4.4", "dns",
			    "the MX of %s are no host names", name);
		return;
	}
	ask_addresses(a);
}

static void
add_given(struct hostquery *a, const char *key)
{
	int least = key[1] == '~';
	struct slice rest = { key + 1 + least, strlen(key + 1 + least) }, one;
	struct routes_host g;
	struct hosts_host *h;
	struct hostaddr ip;
	unsigned port = key[0] == '=' ? 25 : 0;

	a->draft.kind = port == 25 ? HOSTS_GIVEN : HOSTS_LMTP;
	while (word_piece(&rest, ',', &one)) {
		if (routes_host(one, port, &g) == -1)
			continue;
		h = hosts_add(&a->draft, g.name.p, g.name.n,
		    least ? 0 : a->draft.n, g.port);
		if (h != NULL && g.literal &&
		    hostaddr_scan(g.name.p, g.name.n, &ip) == 0)
			hosts_add_ip(h, ip.ip, ip.family == 4 ? 4 : 16);
	}
	snprintf(a->draft.domain, sizeof a->draft.domain, "%s",
	    a->draft.n > 0 ? a->draft.host[0].name : "");
}

static void
ask_sts(struct hostquery *a)
{
	a->sts.done = on_sts;
	a->sts.arg = a;
	a->sts_pending = 1;
	a->left++;
	stsask(&a->sts, a->key, a->key_len);
}

void
hostquery_ask(const struct hostquery_conf *c, const char *key, size_t n,
    struct sts_answer *sts,
    void (*done)(void *, const struct hosts *, unsigned), void *arg)
{
	struct hostquery *a = need(calloc(1, sizeof *a));

	a->conf = *c;
	a->key = key;
	a->key_len = n;
	a->said = sts;
	a->done = done;
	a->arg = arg;
	a->ttl = NEXTHOP_TTL_MAX_S;
	a->left = 1; /* until all is asked for */
	if (key[0] == '=' || key[0] == '/') {
		add_given(a, key);
		ask_addresses(a);
		return;
	}
	snprintf(a->draft.domain, sizeof a->draft.domain, "%s", key);
	a->mx.name = key;
	a->mx.type = RESOLVE_MX;
	a->mx.done = on_mx;
	a->mx.arg = a;
	resolve_ask(c->dns, &a->mx);
	if (c->ask_sts)
		ask_sts(a);
}
