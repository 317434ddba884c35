#include "ship/httplink.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/random.h"
#include "conf/hostname.h"
#include "ship/httpfiles.h"
#include "ship/httprequest.h"
#include "ship/shipline.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
httplink_begin(struct httplink *l)
{
	const char *host = strstr(l->keys->place, "://"), *why, *p;
	char id[33], text[SHIP_TEXT_MAX];

	p = host == NULL ? NULL : strpbrk(host + 3, "@/?");
	if (p != NULL && *p == '@')
		die(EXIT_PERM,
		    "a name or password does not belong in the URL: "
		    "see user-file");
	l->form.keys = l->keys;
	l->form.kind = httpkind_find(l->keys->kind->name);
	l->form.host = l->host;
	l->form.channel = l->channel;
	if (hostname_read(NULL, l->host) == -1)
		die(EXIT_TEMP, "unable to find the name of this host: %m");
	if (random_hex(id, 32) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	snprintf(l->channel, sizeof l->channel, "%.8s-%.4s-4%.3s-a%.3s-%.12s",
	    id, id + 8, id + 13, id + 17, id + 20);
	if (l->form.kind->begin != NULL &&
	    l->form.kind->begin(&l->form, &why) == -1)
		die(EXIT_PERM, "%s", why);
	httpfiles_name(l);
	if (httpfiles_look(l, text, sizeof text) == -1)
		die(EXIT_PERM, "%s", text);
	l->call.cafile = shipkeys_text(l->keys, "ca-file");
	if (l->call.cafile == NULL)
		l->call.cafile = "/etc/ssl/certs/ca-certificates.crt";
	l->call.certfile = shipkeys_text(l->keys, "cert-file");
	l->call.keyfile = shipkeys_text(l->keys, "key-file");
	l->call.wait_ms = (int64_t)shipkeys_num(l->keys, "timeout");
	l->call.connect_ms = (int64_t)shipkeys_num(l->keys, "connect-timeout");
	l->call.most = HTTPLINK_ANSWER_MAX;
}

/* a fault of the site is told once, until it is another one or gone */
static void
tell(struct httplink *l, const char *text)
{
	if (strcmp(l->said, text) == 0)
		return;
	snprintf(l->said, sizeof l->said, "%s", text);
	if (text[0] != '\0')
		warn("%s: %s", l->form.kind->name, text);
}

/* sending */

/* Splunk's second answer; the time of a request is all it gets */
static void
await_ack(struct httplink *l, const struct httprequest_to *to)
{
	int64_t until_ms = clock_mono_ms() + l->call.wait_ms;

	if (shipkeys_num(l->keys, "ack") != 1 || l->form.ack == -1)
		return;
	while (!httprequest_acked(l, to)) {
		if (clock_mono_ms() >= until_ms) {
			l->verdict.kind = 'Z';
			snprintf(l->verdict.text, sizeof l->verdict.text,
			    "not acknowledged in time");
			return;
		}
		poll(NULL, 0, HTTPLINK_ACK_MS);
	}
}

/* one request; 1: marks are set, 0: l->verdict holds, -1: no memory */
static int
send_once(struct httplink *l, const struct httprequest_to *to, size_t from,
    size_t n)
{
	const struct httpkind *k = l->form.kind;
	struct https_answer a;
	int set = 0;

	if (httprequest_send(l, to, l->ev + from, n, &a) == -1)
		return -1;
	if (buf_len(&l->body) == 0)
		return 0;
	l->form.ack = -1;
	if (k->judge != NULL)
		set = k->judge(&l->form, &a, &l->verdict, &l->marks, from, n);
	if (l->verdict.kind == 'K' && !set)
		await_ack(l, to);
	tell(l, l->verdict.fault ? l->verdict.text : "");
	shipmarks_wait(&l->marks, l->verdict.seconds);
	return set;
}

/* events that go together; those behind one that has to wait wait, too.  Of
 * several that are refused together, halves find which.  1, 0: some wait, -1 */
static int
send_range(struct httplink *l, const struct httprequest_to *to, size_t from,
    size_t n)
{
	int r = send_once(l, to, from, n);
	char kind = l->verdict.kind;

	if (r != 0 || kind == 'K')
		return r == -1 ? -1 : 1;
	if (kind == 'Z' || n == 1) {
		shipmarks_set(&l->marks, from, n, kind == 'Z' ? 'Z' : 'D',
		    l->verdict.text);
		return kind != 'Z';
	}
	r = send_range(l, to, from, n / 2);
	if (r == 1)
		return send_range(l, to, from + n / 2, n - n / 2);
	shipmarks_set(&l->marks, from + n / 2, n - n / 2, 'Z',
	    "behind one that waits");
	return r;
}

static int
send_each(struct httplink *l, const struct httprequest_to *to, size_t n)
{
	size_t i;
	int r;

	for (i = 0; i < n; i++) {
		r = send_range(l, to, i, 1);
		if (r == -1)
			return -1;
		if (r == 0) {
			shipmarks_set(&l->marks, i + 1, n - i - 1, 'Z',
			    "behind one that waits");
			return 0;
		}
	}
	return 0;
}

/* tenants */

static struct slice
tenant_of(const struct ship_event *ev)
{
	struct slice v;

	shipline_find(ev->line, ev->len, "tenant", &v);
	return v;
}

struct place {
	struct slice tenant;
	size_t i;
};

static int
by_tenant(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	size_t n = x->tenant.n < y->tenant.n ? x->tenant.n : y->tenant.n;
	int r = memcmp(x->tenant.p, y->tenant.p, n);

	if (r != 0)
		return r;
	if (x->tenant.n != y->tenant.n)
		return x->tenant.n < y->tenant.n ? -1 : 1;
	return x->i < y->i ? -1 : x->i > y->i;
}

/* each tenant's events together, in their order */
static int
sort(struct httplink *l, const struct ship_event *ev, size_t n)
{
	struct place *p = calloc(n, sizeof *p);
	size_t i;

	if (p == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		p[i].tenant = tenant_of(&ev[i]);
		p[i].i = i;
	}
	qsort(p, n, sizeof *p, by_tenant);
	for (i = 0; i < n; i++) {
		l->ev[i] = ev[p[i].i];
		l->index[i] = p[i].i;
	}
	free(p);
	return 0;
}

/* the events of one tenant, n from one on */
static int
send_tenant(struct httplink *l, size_t from, size_t n)
{
	struct slice tenant = tenant_of(&l->ev[from]);
	struct secretfile secret = { .secret = 1 };
	struct httprequest_to to = { .secret = l->secret.text };
	const struct tenanttable_row *row;
	const char *why = NULL;
	char name[LTSV_LINE_MAX];
	int r;

	snprintf(name, sizeof name, "%.*s", (int)tenant.n, tenant.p);
	row = tenanttable_find(&l->table, name);
	to.tenant = name[0] == '\0' ? "none" : name;
	if (row != NULL) {
		to.url = row->url;
		secret.path = row->secret;
	}
	if (secret.path != NULL) {
		why = httpfiles_secret(&secret);
		to.secret = secret.text;
	}
	if (why != NULL) {
		tell(l, why);
		shipmarks_set(&l->marks, from, n, 'Z', why);
		return 0;
	}
	r = send_range(l, &to, from, n);
	secretfile_free(&secret);
	return r == -1 ? -1 : 0;
}

static int
same_tenant(const struct ship_event *a, const struct ship_event *b)
{
	struct slice x = tenant_of(a), y = tenant_of(b);

	return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

static int
send_tenants(struct httplink *l, size_t n)
{
	size_t from, i;

	for (from = 0; from < n; from = i) {
		for (i = from + 1;
		     i < n && same_tenant(&l->ev[from], &l->ev[i]); i++)
			;
		if (send_tenant(l, from, i - from) == -1)
			return -1;
	}
	return 0;
}

/* a batch */

static int
reserve(struct httplink *l, size_t n)
{
	if (n <= l->room)
		return 0;
	free(l->ev);
	free(l->index);
	l->ev = calloc(n, sizeof *l->ev);
	l->index = calloc(n, sizeof *l->index);
	l->room = l->ev == NULL || l->index == NULL ? 0 : n;
	return l->room == 0 ? -1 : 0;
}

static int
by_tenants(const struct httplink *l)
{
	return l->form.kind == &httpkind_webhook &&
	    (l->tenants.path != NULL ||
		strstr(l->keys->place, "{tenant}") != NULL);
}

/* what is said in the order of the batch */
static int
answer_sorted(struct httplink *l, struct buf *receipt)
{
	const struct shipmarks *m = &l->marks;
	size_t i;

	if (m->bad || shipmarks_begin(&l->sorted, m->n) == -1)
		return -1;
	for (i = 0; i < m->n; i++)
		shipmarks_set(&l->sorted, l->index[i], 1, m->kind[i],
		    buf_data(&m->texts) + m->text[i]);
	shipmarks_wait(&l->sorted, m->seconds);
	return shipmarks_put(&l->sorted, receipt);
}

/* one request for all: what is too large or refused is log-ship's to halve */
static int
take_whole(struct httplink *l, size_t n, struct buf *receipt)
{
	struct httprequest_to to = { .tenant = "none",
		.secret = l->secret.text };
	int r = send_once(l, &to, 0, n);

	if (r == -1)
		return -1;
	return r == 1
	    ? shipmarks_put(&l->marks, receipt)
	    : shipreceipt_put(receipt, l->verdict.kind, l->verdict.seconds,
		  l->verdict.kind == 'K' ? NULL : l->verdict.text);
}

int
httplink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct httplink *l = arg;
	struct httprequest_to to = { .tenant = "none" };
	char text[SHIP_TEXT_MAX];

	if (httpfiles_look(l, text, sizeof text) == -1) {
		tell(l, text);
		return shipreceipt_put(receipt, 'Z', -1, text);
	}
	to.secret = l->secret.text;
	l->form.now_us = clock_wall_us();
	if (reserve(l, n) == -1 || shipmarks_begin(&l->marks, n) == -1)
		return -1;
	if (by_tenants(l))
		return sort(l, ev, n) == -1 || send_tenants(l, n) == -1
		    ? -1
		    : answer_sorted(l, receipt);
	memcpy(l->ev, ev, n * sizeof *ev);
	if (!l->form.kind->single)
		return take_whole(l, n, receipt);
	return send_each(l, &to, n) == -1 ? -1
					  : shipmarks_put(&l->marks, receipt);
}
