#include "route/nexthop.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "dns/resolve.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the questions for one destination while it is asked for */
struct asking {
	struct nexthop *dest;
	struct hosts_draft draft;
	struct resolve_query mx;
	struct question {
		struct resolve_query q;
		struct asking *a;
		unsigned host;
	} addr[2 * HOSTS_MAX];
	unsigned left; /* answers still to come */
	unsigned ttl;
};

struct nexthop {
	struct nexthop *chain;       /* in its hash bucket */
	struct nexthop *prev, *next; /* all, the one used last first; or the
	                          * queue of those not asked for yet */
	struct asking *asking;
	struct hosts answer;
	struct buf wait; /* lines, each with its length before */
	int64_t until_ms;
	unsigned n_wait;
	unsigned pending : 1, queued : 1, draining : 1;
	size_t key_len;
	char key[];
};

enum { BUCKETS = 2 * NEXTHOP_KEPT_MAX };

static const struct nexthop_conf *conf;
static struct nexthop *bucket[BUCKETS];
static struct list {
	struct nexthop *first, *last;
} kept, queue;
static unsigned n_kept, n_asking, n_wait;
static size_t wait_bytes;
static int was_full;

static void
take_out(struct list *l, struct nexthop *d)
{
	if (d->prev != NULL)
		d->prev->next = d->next;
	else
		l->first = d->next;
	if (d->next != NULL)
		d->next->prev = d->prev;
	else
		l->last = d->prev;
	d->prev = d->next = NULL;
}

static void
put_first(struct list *l, struct nexthop *d)
{
	d->prev = NULL;
	d->next = l->first;
	if (l->first != NULL)
		l->first->prev = d;
	else
		l->last = d;
	l->first = d;
}

static struct nexthop **
slot(const char *key, size_t n)
{
	struct nexthop **d = &bucket[word_hash(0, key, n) % BUCKETS];

	while (*d != NULL &&
	    ((*d)->key_len != n || memcmp((*d)->key, key, n) != 0))
		d = &(*d)->chain;
	return d;
}

static void
drop(struct nexthop *d)
{
	struct nexthop **s = slot(d->key, d->key_len);

	*s = d->chain;
	take_out(&kept, d);
	n_kept--;
	hosts_free(&d->answer);
	free(d);
}

/* ---- asking ---- */

static void start_queued(void);

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

/* hand out the lines that waited */
static void
drain(struct nexthop *d)
{
	struct buf lines = d->wait;
	const char *p = buf_data(&lines), *end = p + buf_len(&lines);
	uint32_t len;

	memset(&d->wait, 0, sizeof d->wait);
	n_wait -= d->n_wait;
	wait_bytes -= buf_len(&lines);
	d->n_wait = 0;
	d->draining = 1;
	while (p < end) {
		memcpy(&len, p, sizeof len);
		p += sizeof len;
		conf->line(conf->arg, p, len, d);
		p += len;
	}
	d->draining = 0;
	buf_free(&lines);
	if (was_full && !nexthop_full()) {
		was_full = 0;
		conf->drained(conf->arg);
	}
}

static void
done(struct nexthop *d, unsigned ttl)
{
	struct asking *a = d->asking;

	d->until_ms = clock_mono_ms() + 1000 * (int64_t)ttl;
	d->asking = NULL;
	d->pending = 0;
	n_asking--;
	free(a);
	put_first(&kept, d);
	if (++n_kept > NEXTHOP_KEPT_MAX)
		drop(kept.last);
	drain(d);
	start_queued();
}

/* over without hosts; temporary from the status code's class */
static void none(struct nexthop *, unsigned, const char *, const char *,
    const char *, ...) __attribute__((format(printf, 5, 6)));

static void
none(struct nexthop *d, unsigned ttl, const char *esc, const char *class,
    const char *fmt, ...)
{
	char t[WORD_DOMAIN_MAX + 128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t, sizeof t, fmt, ap);
	va_end(ap);
	if (hosts_none(&d->answer, esc[0] == '4', esc, class, "%s", t) == -1)
		no_memory();
	done(d, ttl);
}

static unsigned
clamp(unsigned ttl, unsigned most)
{
	return ttl < NEXTHOP_TTL_MIN_S ? NEXTHOP_TTL_MIN_S
	    : ttl > most               ? most
				       : ttl;
}

static void
all_answered(struct asking *a)
{
	struct nexthop *d = a->dest;
	unsigned ttl;

	if (hosts_finish(&a->draft, &conf->policy, &d->answer) == -1)
		no_memory();
	ttl = d->answer.n == 0 && d->answer.temporary
	    ? NEXTHOP_FAILED_TTL_S
	    : clamp(a->ttl,
		  d->answer.n == 0 ? NEXTHOP_BAD_TTL_MAX_S : NEXTHOP_TTL_MAX_S);
	done(d, ttl);
}

static void
on_address(void *arg, const struct resolve_answer *r)
{
	struct question *q = arg;
	struct asking *a = q->a;
	struct hosts_host *h = &a->draft.host[q->host];
	unsigned i;

	if (r->status == RESOLVE_FAILED)
		h->failed = 1;
	if (r->status == RESOLVE_OK && r->ttl < a->ttl)
		a->ttl = r->ttl;
	for (i = 0; r->status == RESOLVE_OK && i < r->n; i++)
		hosts_add_ip(h, r->data[i], (size_t)r->len[i]);
	if (--a->left == 0)
		all_answered(a);
}

static void
ask_address(struct asking *a, unsigned host, int type, struct question *q)
{
	q->a = a;
	q->host = host;
	q->q.name = a->draft.host[host].name;
	q->q.type = type;
	q->q.done = on_address;
	q->q.arg = q;
	a->left++;
	resolve_ask(&q->q);
}

static void
ask_addresses(struct asking *a)
{
	unsigned i, n = 0;

	for (i = 0; i < a->draft.n; i++) {
		if (a->draft.host[i].n > 0)
			continue; /* a literal */
		if (conf->ask4)
			ask_address(a, i, RESOLVE_A, &a->addr[n++]);
		if (conf->ask6)
			ask_address(a, i, RESOLVE_AAAA, &a->addr[n++]);
	}
	if (a->left == 0)
		all_answered(a);
}

static void
on_mx(void *arg, const struct resolve_answer *r)
{
	struct asking *a = arg;
	struct nexthop *d = a->dest;
	const char *name = d->key;
	unsigned i;

	switch (r->status) {
	case RESOLVE_FAILED:
		none(d, NEXTHOP_FAILED_TTL_S, "4.4.3", "dns", "MX of %s: %s",
		    name, r->text);
		return;
	case RESOLVE_NXDOMAIN:
		none(d, NEXTHOP_TTL_MIN_S, "5.1.2", "dns",
		    "there is no domain %s", name);
		return;
	case RESOLVE_NONE:
		hosts_add(&a->draft, d->key, d->key_len, 0, 25);
		break;
	case RESOLVE_OK:
		a->ttl = r->ttl;
		for (i = 0; i < r->n; i++)
			hosts_add_mx(&a->draft, r->data[i], (size_t)r->len[i]);
		hosts_take_mx(&a->draft);
		if (a->draft.n > 0)
			break;
		if (a->draft.null_mx)
			none(d, clamp(r->ttl, NEXTHOP_BAD_TTL_MAX_S), "5.1.10",
			    "null-mx", "domain %s accepts no mail (null MX)",
			    name);
		else
			none(d, NEXTHOP_TTL_MIN_S, "5.4.4", "dns",
			    "the MX of %s are no host names", name);
		return;
	}
	ask_addresses(a);
}

static void
add_given(struct asking *a, const char *key)
{
	struct slice rest = { key + 1, strlen(key + 1) }, one;
	struct routes_host g;
	struct hosts_host *h;
	struct hosts_ip ip;
	unsigned port = key[0] == '=' ? 25 : 0;

	a->draft.kind = port == 25 ? HOSTS_GIVEN : HOSTS_LMTP;
	while (word_piece(&rest, ',', &one)) {
		if (routes_host(one, port, &g) == -1)
			continue;
		h = hosts_add(&a->draft, g.name.p, g.name.n, a->draft.n,
		    g.port);
		if (h != NULL && g.literal &&
		    hosts_ip_scan(g.name.p, g.name.n, &ip) == 0)
			hosts_add_ip(h, ip.ip, ip.family == 4 ? 4 : 16);
	}
	snprintf(a->draft.domain, sizeof a->draft.domain, "%s",
	    a->draft.n > 0 ? a->draft.host[0].name : "");
}

static void
begin(struct nexthop *d)
{
	struct asking *a = calloc(1, sizeof *a);

	if (a == NULL)
		no_memory();
	n_asking++;
	d->asking = a;
	a->dest = d;
	a->ttl = NEXTHOP_TTL_MAX_S;
	if (d->key[0] == '=' || d->key[0] == '/') {
		add_given(a, d->key);
		ask_addresses(a);
		return;
	}
	snprintf(a->draft.domain, sizeof a->draft.domain, "%s", d->key);
	a->mx.name = d->key;
	a->mx.type = RESOLVE_MX;
	a->mx.done = on_mx;
	a->mx.arg = a;
	resolve_ask(&a->mx);
}

static void
start_queued(void)
{
	struct nexthop *d;

	while (n_asking < NEXTHOP_ASKING_MAX && (d = queue.last) != NULL) {
		take_out(&queue, d);
		d->queued = 0;
		begin(d);
	}
}

static void
ask(struct nexthop *d)
{
	hosts_free(&d->answer);
	d->pending = 1;
	if (n_asking < NEXTHOP_ASKING_MAX) {
		begin(d);
		return;
	}
	d->queued = 1;
	put_first(&queue, d);
}

/* ---- finding ---- */

static struct nexthop *
find(const char *key, size_t n)
{
	struct nexthop **s = slot(key, n), *d = *s;

	if (d == NULL) {
		d = calloc(1, sizeof *d + n + 1);
		if (d == NULL)
			return NULL;
		memcpy(d->key, key, n);
		d->key_len = n;
		*s = d;
		ask(d);
		return d;
	}
	if (d->pending || d->draining)
		return d;
	take_out(&kept, d);
	if (d->until_ms > clock_mono_ms()) {
		put_first(&kept, d);
		return d;
	}
	n_kept--;
	ask(d);
	return d;
}

struct nexthop *
nexthop_mx(const char *domain, size_t n)
{
	return find(domain, n);
}

/* the key: = or / and the list as the rule has it */
struct nexthop *
nexthop_hosts(const struct routes_host *h, unsigned n, int lmtp)
{
	static struct buf key;
	unsigned i;
	int r = 0;

	buf_clear(&key);
	for (i = 0; i < n; i++) {
		r |= buf_putc(&key, i > 0 ? ',' : lmtp ? '/' : '=');
		r |= buf_printf(&key, h[i].literal ? "[%.*s]:%u" : "%.*s:%u",
		    (int)h[i].name.n, h[i].name.p, h[i].port);
	}
	return r == 0 ? find(buf_data(&key), buf_len(&key)) : NULL;
}

const struct hosts *
nexthop_answer(const struct nexthop *d)
{
	return d->pending ? NULL : &d->answer;
}

/* ---- waiting ---- */

int
nexthop_full(void)
{
	return n_wait >= NEXTHOP_WAIT_MAX || wait_bytes >= NEXTHOP_WAIT_BYTES;
}

void
nexthop_wait(struct nexthop *d, const char *line, size_t n)
{
	uint32_t len = (uint32_t)n;

	if (buf_put(&d->wait, &len, sizeof len) == -1 ||
	    buf_put(&d->wait, line, n) == -1)
		no_memory();
	d->n_wait++;
	n_wait++;
	wait_bytes += sizeof len + n;
	was_full |= nexthop_full();
}

void
nexthop_give_up(void (*line)(void *, const char *, size_t), void *arg)
{
	struct nexthop *d;
	const char *p, *end;
	uint32_t len;
	unsigned i;

	for (i = 0; i < BUCKETS && n_wait > 0; i++)
		for (d = bucket[i]; d != NULL; d = d->chain) {
			p = buf_data(&d->wait);
			end = p + buf_len(&d->wait);
			while (p < end) {
				memcpy(&len, p, sizeof len);
				p += sizeof len;
				line(arg, p, len);
				p += len;
			}
			n_wait -= d->n_wait;
			d->n_wait = 0;
			buf_free(&d->wait);
		}
	wait_bytes = 0;
}

void
nexthop_setup(const struct nexthop_conf *c)
{
	conf = c;
}
