#include "route/nexthop.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "route/hostquery.h"
#include <stdlib.h>
#include <string.h>

struct nexthop {
	struct hash_node node; /* first */
	struct list_node line; /* of those kept, or of those not asked for */
	struct nexthops *of;
	struct hosts answer;
	struct sts_answer sts; /* of its policy: the last that was given */
	struct buf wait;       /* lines, each behind a struct waiting */
	int64_t until_ms;
	unsigned n_wait;
	unsigned pending : 1, draining : 1;
	size_t key_len;
	char key[];
};

struct waiting {
	int64_t since_ms;
	size_t len;
};

static void
drop(struct nexthop *d)
{
	hash_remove(&d->of->all, &d->node);
	list_remove(&d->of->kept, &d->line);
	d->of->n_kept--;
	hosts_free(&d->answer);
	sts_answer_free(&d->sts);
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
	int64_t now = clock_mono_ms();
	struct waiting w;

	memset(&d->wait, 0, sizeof d->wait);
	t->n_wait -= d->n_wait;
	t->wait_bytes -= buf_len(&lines);
	d->n_wait = 0;
	d->draining = 1;
	while (p < end) {
		memcpy(&w, p, sizeof w);
		p += sizeof w;
		t->line(t->arg, p, w.len, now - w.since_ms, d);
		p += w.len;
	}
	d->draining = 0;
	buf_free(&lines);
	if (t->was_full && !nexthop_full(t)) {
		t->was_full = 0;
		t->drained(t->arg);
	}
}

static void
on_answer(void *arg, const struct hosts *answer, unsigned ttl)
{
	struct nexthop *d = arg;
	struct nexthops *t = d->of;

	d->until_ms = clock_mono_ms() + 1000 * (int64_t)ttl;
	d->answer = *answer;
	d->pending = 0;
	t->n_asking--;
	list_prepend(&t->kept, &d->line);
	if (++t->n_kept > NEXTHOP_KEPT_MAX)
		drop(LIST_OF(t->kept.last, struct nexthop, line));
	drain(d);
	start_queued(t);
}

static void
begin(struct nexthop *d)
{
	struct nexthops *t = d->of;
	const struct hostquery_conf c = { t->dns, &t->policy, t->ask4, t->ask6,
		t->ask_sts };

	t->n_asking++;
	hostquery_ask(&c, d->key, d->key_len, &d->sts, on_answer, d);
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

/* the key: = or /, ~ with least, and the list as the rule has it */
struct nexthop *
nexthop_hosts(struct nexthops *t, const struct routes_host *h, unsigned n,
    int lmtp, int least)
{
	struct buf *key = &t->key;
	unsigned i;
	int r = 0;

	buf_clear(key);
	for (i = 0; i < n; i++) {
		r |= buf_putc(key, i > 0 ? ',' : lmtp ? '/' : '=');
		if (i == 0 && least)
			r |= buf_putc(key, '~');
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
	struct waiting w = { clock_mono_ms(), n };

	if (buf_put(&d->wait, &w, sizeof w) == -1 ||
	    buf_put(&d->wait, line, n) == -1)
		no_memory();
	d->n_wait++;
	t->n_wait++;
	t->wait_bytes += sizeof w + n;
	t->was_full |= nexthop_full(t);
}

/* the lines of one */
static void
give_up(struct nexthop *d, void (*line)(void *, const char *, size_t),
    void *arg)
{
	const char *p = buf_data(&d->wait), *end = p + buf_len(&d->wait);
	struct waiting w;

	while (p < end) {
		memcpy(&w, p, sizeof w);
		p += sizeof w;
		line(arg, p, w.len);
		p += w.len;
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
