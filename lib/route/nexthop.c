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
	struct hash_node node; /* first */
	struct list_node line; /* of those kept, or of those not asked for */
	struct nexthops *of;
	struct asking *asking;
	struct hosts answer;
	struct buf wait; /* lines, each with its length before */
	int64_t until_ms;
	unsigned n_wait;
	unsigned pending : 1, draining : 1;
	size_t key_len;
	char key[];
};

static void
drop(struct nexthop *d)
{
	hash_remove(&d->of->all, &d->node);
	list_remove(&d->of->kept, &d->line);
	d->of->n_kept--;
	hosts_free(&d->answer);
	free(d);
}

/* asking */

static void start_queued(struct nexthops *);

static void
no_memory(void)
{
	die(EXIT_TEMP, "out of memory");
}

/* hand out the lines that waited */
static void
drain(struct nexthop *d)
{
	struct nexthops *t = d->of;
	struct buf lines = d->wait;
	const char *p = buf_data(&lines), *end = p + buf_len(&lines);
	uint32_t len;

	memset(&d->wait, 0, sizeof d->wait);
	t->n_wait -= d->n_wait;
	t->wait_bytes -= buf_len(&lines);
	d->n_wait = 0;
	d->draining = 1;
	while (p < end) {
		memcpy(&len, p, sizeof len);
		p += sizeof len;
		t->line(t->arg, p, len, d);
		p += len;
	}
	d->draining = 0;
	buf_free(&lines);
	if (t->was_full && !nexthop_full(t)) {
		t->was_full = 0;
		t->drained(t->arg);
	}
}

static void
done(struct nexthop *d, unsigned ttl)
{
	struct nexthops *t = d->of;

	d->until_ms = clock_mono_ms() + 1000 * (int64_t)ttl;
	free(d->asking);
	d->asking = NULL;
	d->pending = 0;
	t->n_asking--;
	list_prepend(&t->kept, &d->line);
	if (++t->n_kept > NEXTHOP_KEPT_MAX)
		drop(LIST_OF(t->kept.last, struct nexthop, line));
	drain(d);
	start_queued(t);
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

	if (hosts_finish(&a->draft, &d->of->policy, &d->answer) == -1)
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
		if (a->dest->of->ask4)
			ask_address(a, i, RESOLVE_A, &a->addr[n++]);
		if (a->dest->of->ask6)
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
	struct hostaddr ip;
	unsigned port = key[0] == '=' ? 25 : 0;

	a->draft.kind = port == 25 ? HOSTS_GIVEN : HOSTS_LMTP;
	while (word_piece(&rest, ',', &one)) {
		if (routes_host(one, port, &g) == -1)
			continue;
		h = hosts_add(&a->draft, g.name.p, g.name.n, a->draft.n,
		    g.port);
		if (h != NULL && g.literal &&
		    hostaddr_scan(g.name.p, g.name.n, &ip) == 0)
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
	d->of->n_asking++;
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
start_queued(struct nexthops *t)
{
	struct nexthop *d;

	while (t->n_asking < NEXTHOP_ASKING_MAX && t->queue.last != NULL) {
		d = LIST_OF(t->queue.last, struct nexthop, line);
		list_remove(&t->queue, &d->line);
		begin(d);
	}
}

static void
ask(struct nexthop *d)
{
	hosts_free(&d->answer);
	d->pending = 1;
	if (d->of->n_asking < NEXTHOP_ASKING_MAX) {
		begin(d);
		return;
	}
	list_prepend(&d->of->queue, &d->line);
}

/* finding */

static struct nexthop *
add(struct nexthops *t, const char *key, size_t n, uint64_t hash)
{
	struct nexthop *d = calloc(1, sizeof *d + n + 1);

	if (d == NULL)
		return NULL;
	memcpy(d->key, key, n);
	d->key_len = n;
	d->node.hash = hash;
	d->of = t;
	if (hash_add(&t->all, &d->node) == -1) {
		free(d);
		return NULL;
	}
	ask(d);
	return d;
}

/* one that is known: as good as it was, or asked for again */
static struct nexthop *
use(struct nexthop *d)
{
	if (d->pending || d->draining)
		return d;
	list_remove(&d->of->kept, &d->line);
	if (d->until_ms > clock_mono_ms()) {
		list_prepend(&d->of->kept, &d->line);
		return d;
	}
	d->of->n_kept--;
	ask(d);
	return d;
}

static struct nexthop *
find(struct nexthops *t, const char *key, size_t n)
{
	uint64_t h = word_hash(0, key, n);
	struct hash_node *at;
	struct nexthop *d;

	for (at = hash_first(&t->all, h); at != NULL; at = hash_again(at)) {
		d = (struct nexthop *)at;
		if (d->key_len == n && memcmp(d->key, key, n) == 0)
			return use(d);
	}
	return add(t, key, n, h);
}

struct nexthop *
nexthop_mx(struct nexthops *t, const char *domain, size_t n)
{
	return find(t, domain, n);
}

/* the key: = or / and the list as the rule has it */
struct nexthop *
nexthop_hosts(struct nexthops *t, const struct routes_host *h, unsigned n,
    int lmtp)
{
	struct buf *key = &t->key;
	unsigned i;
	int r = 0;

	buf_clear(key);
	for (i = 0; i < n; i++) {
		r |= buf_putc(key, i > 0 ? ',' : lmtp ? '/' : '=');
		r |= buf_printf(key, h[i].literal ? "[%.*s]:%u" : "%.*s:%u",
		    (int)h[i].name.n, h[i].name.p, h[i].port);
	}
	return r == 0 ? find(t, buf_data(key), buf_len(key)) : NULL;
}

const struct hosts *
nexthop_answer(const struct nexthop *d)
{
	return d->pending ? NULL : &d->answer;
}

/* waiting */

int
nexthop_full(const struct nexthops *t)
{
	return t->n_wait >= NEXTHOP_WAIT_MAX ||
	    t->wait_bytes >= NEXTHOP_WAIT_BYTES;
}

void
nexthop_wait(struct nexthop *d, const char *line, size_t n)
{
	struct nexthops *t = d->of;
	uint32_t len = (uint32_t)n;

	if (buf_put(&d->wait, &len, sizeof len) == -1 ||
	    buf_put(&d->wait, line, n) == -1)
		no_memory();
	d->n_wait++;
	t->n_wait++;
	t->wait_bytes += sizeof len + n;
	t->was_full |= nexthop_full(t);
}

/* the lines of one */
static void
give_up(struct nexthop *d, void (*line)(void *, const char *, size_t),
    void *arg)
{
	const char *p = buf_data(&d->wait), *end = p + buf_len(&d->wait);
	uint32_t len;

	while (p < end) {
		memcpy(&len, p, sizeof len);
		p += sizeof len;
		line(arg, p, len);
		p += len;
	}
	d->of->n_wait -= d->n_wait;
	d->n_wait = 0;
	buf_free(&d->wait);
}

void
nexthop_give_up(struct nexthops *t, void (*line)(void *, const char *, size_t),
    void *arg)
{
	struct hash_node *at;
	size_t i;

	for (i = 0; i < t->all.slots && t->n_wait > 0; i++)
		for (at = t->all.slot[i]; at != NULL; at = at->next)
			give_up((struct nexthop *)at, line, arg);
	t->wait_bytes = 0;
}
