#include "dns/unboundctx.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <unbound.h>

enum { NO_SUCH_NAME = 3, SERVFAIL = 2 }; /* RFC 1035 section 4.1.1 */

/* answers */

/* the name behind CNAMEs, or NULL; the dot behind it is taken away */
static const char *
canon_of(struct ub_result *r)
{
	size_t n = strlen(r->qname), k;

	if (r->canonname == NULL)
		return NULL;
	k = strlen(r->canonname);
	if (k > 1 && r->canonname[k - 1] == '.')
		r->canonname[--k] = '\0';
	n -= n > 1 && r->qname[n - 1] == '.';
	return n == k && strncasecmp(r->qname, r->canonname, n) == 0
	    ? NULL
	    : r->canonname;
}

static void
on_answer(void *arg, int err, struct ub_result *r)
{
	struct unboundctx_question *q = arg;
	struct resolve_answer a = { .status = RESOLVE_FAILED, .text = "" };

	/* bogus data is delivered, too: look at that first */
	if (err != 0) {
		a.text = ub_strerror(err);
	} else if (r->bogus) {
		a.text = "DNSSEC validation failed";
		a.bogus = 1;
	} else if (r->rcode != 0 && r->rcode != NO_SUCH_NAME) {
		a.text = r->rcode == SERVFAIL ? "SERVFAIL" : "refused";
		a.refused = 1;
	} else {
		while (a.n < RESOLVE_RECORDS_MAX && r->havedata &&
		    r->data[a.n] != NULL)
			a.n++;
		a.status = a.n > 0 ? RESOLVE_OK
		    : r->nxdomain  ? RESOLVE_NXDOMAIN
				   : RESOLVE_NONE;
		a.data = (const unsigned char *const *)r->data;
		a.len = r->len;
		a.ttl = r->ttl < 0 ? 0 : (unsigned)r->ttl;
		a.secure = r->secure != 0;
		a.canon = canon_of(r);
	}
	q->id = -1;
	q->done(q->arg, &a);
	if (err == 0)
		ub_resolve_free(r);
}

static void
on_readable(void *arg, int events)
{
	struct unboundctx *c = arg;
	int e = ub_process(c->ctx);

	(void)events;
	if (e != 0)
		die(EXIT_TEMP, "the resolver is broken: %s", ub_strerror(e));
	c->ready(c->arg);
}

/* what it is to be like */

static void
option(struct ub_ctx *ctx, const char *name, const char *v)
{
	int e = ub_ctx_set_option(ctx, name, v);

	if (e != 0)
		warn("resolver option %s: %s", name, ub_strerror(e));
}

/* names that libunbound answers by itself unless told otherwise; a site's
 * own name servers may well know them */
static const char *const zones[] = {
	"test.", "home.arpa.", "local.", "invalid.", "0.in-addr.arpa.",
	"10.in-addr.arpa.", "127.in-addr.arpa.", "168.192.in-addr.arpa.",
	"254.169.in-addr.arpa.", "2.0.192.in-addr.arpa.",
	"100.51.198.in-addr.arpa.", "113.0.203.in-addr.arpa.",
	"255.255.255.255.in-addr.arpa.", "d.f.ip6.arpa.", "8.e.f.ip6.arpa.",
	"9.e.f.ip6.arpa.", "a.e.f.ip6.arpa.", "b.e.f.ip6.arpa.",
	"8.b.d.0.1.0.0.2.ip6.arpa.",
	"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa."
};

/* the same: NUMBER.in-addr.arpa. below another, from first to last */
static const struct {
	const char *below;
	unsigned first, last;
} ranges[] = {
	{ "172.in-addr.arpa.", 16, 31 },  /* RFC 1918 */
	{ "100.in-addr.arpa.", 64, 127 }, /* RFC 6598 */
};

/* the first of these calls reads all that was set before, the keys as well */
static int
remove_zones(struct ub_ctx *ctx)
{
	char zone[64];
	unsigned i, k;
	int e = 0;

	for (i = 0; i < sizeof zones / sizeof zones[0] && e == 0; i++)
		e = ub_ctx_zone_remove(ctx, zones[i]);
	for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		for (k = ranges[i].first; k <= ranges[i].last && e == 0; k++) {
			snprintf(zone, sizeof zone, "%u.%s", k,
			    ranges[i].below);
			e = ub_ctx_zone_remove(ctx, zone);
		}
	return e;
}

static void
set_options(struct ub_ctx *ctx)
{
	struct rlimit r = { .rlim_cur = UNBOUNDCTX_RANGE };
	size_t range = UNBOUNDCTX_RANGE;
	char text[24];

	option(ctx, "msg-cache-size:", "4m");
	option(ctx, "rrset-cache-size:", "8m");
	getrlimit(RLIMIT_NOFILE, &r);
	if (range > r.rlim_cur / UNBOUNDCTX_SHARE)
		range = r.rlim_cur / UNBOUNDCTX_SHARE;
	snprintf(text, sizeof text, "%zu", range);
	option(ctx, "outgoing-range:", text);
	/* a name server that was away is asked again soon */
	option(ctx, "infra-host-ttl:", "60");
	option(ctx, "infra-keep-probing:", "yes");
}

/* the servers of the system; where it names none, those of the root: but not
 * for want of a descriptor, since they may know other names */
static int
set_system(struct ub_ctx *ctx)
{
	int e = ub_ctx_resolvconf(ctx, NULL);

	if (e != UB_READFILE || errno == EMFILE || errno == ENFILE ||
	    errno == ENOMEM)
		return e;
	warn("resolver: %s", ub_strerror(e));
	return 0;
}

/* whose signatures count, and whom to ask */
static int
set_sources(struct ub_ctx *ctx, const struct resolveconf *c, int checks)
{
	unsigned i;
	int e = 0;

	for (i = 0; checks && i < c->n_anchor && e == 0; i++)
		e = ub_ctx_add_ta_file(ctx, c->anchor[i]);
	if (checks && c->n_anchor == 0)
		e = ub_ctx_add_ta_file(ctx, resolveconf_keys(c));
	for (i = 0; i < c->n_server && e == 0; i++)
		e = ub_ctx_set_fwd(ctx, c->server[i]);
	if (c->n_server == 0 && e == 0)
		e = set_system(ctx);
	if (e != 0) {
		warn("resolver: %s", ub_strerror(e));
		return e;
	}
	/* last: nothing can be set after it */
	return remove_zones(ctx);
}

int
unboundctx_open(struct unboundctx *c, const struct resolveconf *conf,
    int checks, void (*ready)(void *), void *arg)
{
	c->checks = checks;
	c->ready = ready;
	c->arg = arg;
	c->ctx = ub_ctx_create();
	if (c->ctx == NULL)
		return -1;
	ub_ctx_async(c->ctx, 1);
	set_options(c->ctx);
	if (set_sources(c->ctx, conf, checks) != 0) {
		ub_ctx_delete(c->ctx);
		c->ctx = NULL;
		return -1;
	}
	loop_io_start(&c->io, ub_fd(c->ctx), LOOP_READ, on_readable, c);
	return 0;
}

void
unboundctx_close(struct unboundctx *c)
{
	loop_io_stop(&c->io);
	ub_ctx_delete(c->ctx);
	c->ctx = NULL;
}

int
unboundctx_ask(struct unboundctx *c, struct unboundctx_question *q,
    const char *name, int type)
{
	q->id = -1;
	if (ub_resolve_async(c->ctx, name, type, 1, q, on_answer, &q->id) == 0)
		return 0;
	q->id = -1;
	return -1;
}

void
unboundctx_cancel(struct unboundctx *c, struct unboundctx_question *q)
{
	if (q->id != -1)
		ub_cancel(c->ctx, q->id);
	q->id = -1;
}
