#include "dns/resolve.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/loop.h"
#include "conf/conftext.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unbound.h>

static struct ub_ctx *ctx;
static struct loop_io io;
static struct loop_timer timer;
static char server[CONFTEXT_SERVERS_MAX][CONFTEXT_SERVER_LEN];
static unsigned n_server, n_flight;
static unsigned deadline_ms = RESOLVE_DEADLINE_S * 1000;

/* in the order of their deadlines; and those that have to wait */
static struct list flight, waiting;

/* the first, or NULL */
static struct resolve_query *
first(const struct list *l)
{
	return (struct resolve_query *)l->first;
}

/* answers */

static void on_expired(void *);

/* wake up for the oldest question, or at once when `now` */
static void
set_timer(int now)
{
	if (flight.first == NULL && !now) {
		loop_timer_stop(&timer);
		return;
	}
	if (!now && loop_timer_active(&timer))
		return; /* early is no harm */
	loop_timer_set(&timer,
	    now ? 0 : first(&flight)->deadline_ms - clock_mono_ms(), on_expired,
	    NULL);
}

static void start_waiting(void);

static void
finish(struct resolve_query *q, const struct resolve_answer *a)
{
	list_remove(&flight, &q->line);
	n_flight--;
	q->started = 0;
	q->done(q->arg, a);
}

static void
fail(struct resolve_query *q, const char *text)
{
	struct resolve_answer a = { RESOLVE_FAILED, 0, NULL, NULL, 0, text };

	finish(q, &a);
}

static void
on_answer(void *arg, int err, struct ub_result *r)
{
	struct resolve_query *q = arg;
	struct resolve_answer a = { RESOLVE_FAILED, 0, NULL, NULL, 0, "" };

	/* bogus data is delivered, too: look at that first */
	if (err != 0) {
		a.text = ub_strerror(err);
	} else if (r->bogus) {
		a.text = "DNSSEC validation failed";
	} else if (r->rcode != 0 && r->rcode != 3) {
		a.text = r->rcode == 2 ? "SERVFAIL" : "refused";
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
	}
	finish(q, &a);
	if (err == 0)
		ub_resolve_free(r);
}

static void
on_expired(void *arg)
{
	int64_t now = clock_mono_ms();
	struct resolve_query *q;

	(void)arg;
	/* those that could not be asked have no id */
	while ((q = first(&flight)) != NULL &&
	    (q->id == -1 || q->deadline_ms <= now)) {
		if (q->id != -1)
			ub_cancel(ctx, q->id);
		fail(q,
		    q->id == -1 ? "the resolver cannot be started"
				: "no answer in time");
	}
	start_waiting();
	set_timer(0);
}

static void
on_readable(void *arg, int events)
{
	int e = ub_process(ctx);

	(void)arg;
	(void)events;
	if (e != 0)
		die(EXIT_TEMP, "the resolver is broken: %s", ub_strerror(e));
	start_waiting();
	set_timer(0);
}

/* the context */

static void
option(const char *name, const char *v)
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
static void
remove_zones(void)
{
	char zone[64];
	unsigned i, k;

	for (i = 0; i < sizeof zones / sizeof zones[0]; i++)
		ub_ctx_zone_remove(ctx, zones[i]);
	for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		for (k = ranges[i].first; k <= ranges[i].last; k++) {
			snprintf(zone, sizeof zone, "%u.%s", k,
			    ranges[i].below);
			ub_ctx_zone_remove(ctx, zone);
		}
}

static int
make(void)
{
	unsigned i;
	int e = 0;

	ctx = ub_ctx_create();
	if (ctx == NULL)
		return -1;
	ub_ctx_async(ctx, 1);
	option("msg-cache-size:", "4m");
	option("rrset-cache-size:", "8m");
	option("outgoing-range:", "256");
	/* a name server that was away is asked again soon */
	option("infra-host-ttl:", "60");
	option("infra-keep-probing:", "yes");
	for (i = 0; i < n_server && e == 0; i++)
		e = ub_ctx_set_fwd(ctx, server[i]);
	if (n_server == 0)
		e = ub_ctx_resolvconf(ctx, NULL);
	if (e != 0)
		warn("resolver: %s", ub_strerror(e));
	/* last: nothing can be set after it */
	remove_zones();
	loop_io_start(&io, ub_fd(ctx), LOOP_READ, on_readable, NULL);
	return 0;
}

/* questions */

static void
start(struct resolve_query *q)
{
	list_append(&flight, &q->line);
	n_flight++;
	q->id = -1;
	q->started = 1;
	q->deadline_ms = clock_mono_ms() + deadline_ms;
	if ((ctx == NULL && make() == -1) ||
	    ub_resolve_async(ctx, q->name, q->type, 1, q, on_answer, &q->id) !=
		0) {
		q->id = -1;
		/* to the front: it is over */
		list_remove(&flight, &q->line);
		list_prepend(&flight, &q->line);
		set_timer(1);
		return;
	}
	set_timer(0);
}

static void
start_waiting(void)
{
	struct resolve_query *q;

	while (n_flight < RESOLVE_FLIGHT_MAX && (q = first(&waiting)) != NULL) {
		list_remove(&waiting, &q->line);
		start(q);
	}
}

void
resolve_ask(struct resolve_query *q)
{
	if (n_flight < RESOLVE_FLIGHT_MAX)
		start(q);
	else
		list_append(&waiting, &q->line);
}

void
resolve_cancel(struct resolve_query *q)
{
	if (!q->started) {
		list_remove(&waiting, &q->line);
		return;
	}
	if (q->id != -1)
		ub_cancel(ctx, q->id);
	list_remove(&flight, &q->line);
	n_flight--;
	q->started = 0;
	set_timer(0);
}

/* settings */

int
resolve_server(const char *s)
{
	size_t n = strlen(s);

	if (conftext_server_fault(s, n, n_server + 1) != NULL ||
	    strpbrk(s, " \t") != NULL)
		return -1;
	memcpy(server[n_server++], s, n + 1);
	return 0;
}

void
resolve_deadline(unsigned ms)
{
	deadline_ms = ms;
}

void
resolve_setup(const char *confdir)
{
	char path[4096], *text, *p, *line;
	size_t n;

	if (n_server > 0 || confdir == NULL)
		return;
	if (snprintf(path, sizeof path, "%s/resolver", confdir) >=
	    (int)sizeof path)
		return;
	if (fd_slurp(path, CONFTEXT_SERVERS_BYTES_MAX, &text, &n) == -1) {
		if (errno == ENOENT)
			return;
		die(EXIT_TEMP, "unable to read %s: %m", path);
	}
	for (p = text; (line = strsep(&p, "\n")) != NULL;) {
		line += strspn(line, " \t");
		line[strcspn(line, " \t\r")] = '\0';
		if (*line != '\0' && *line != '#' && resolve_server(line) == -1)
			die(EXIT_TEMP,
			    "%s: %s: want ADDR or ADDR@PORT, "
			    "at most %d",
			    path, line, CONFTEXT_SERVERS_MAX);
	}
	free(text);
}
