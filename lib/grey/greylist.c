#include "grey/greylist.h"
#include <stdlib.h>
#include <string.h>

void
greylist_init(struct greylist *g, const struct greylist_conf *c, uint64_t seed)
{
	memset(g, 0, sizeof *g);
	g->conf = *c;
	g->seed = seed;
	g->list[GREYLIST_WAITS].max = GREYLIST_WAITING_MAX;
	g->list[GREYLIST_PASSED].max = GREYLIST_PASSED_MAX;
	g->list[GREYLIST_HOST].max = GREYLIST_HOSTS_MAX;
}

/* entries */

static void
link_in(struct greylist *g, struct greylist_entry *e)
{
	struct greylist_list *l = &g->list[e->kind];

	list_append(&l->line, &e->line);
	l->n++;
}

static void
link_out(struct greylist *g, struct greylist_entry *e)
{
	struct greylist_list *l = &g->list[e->kind];

	list_remove(&l->line, &e->line);
	l->n--;
}

/* it becomes the newest of a kind, perhaps another one */
static void
renew(struct greylist *g, struct greylist_entry *e, enum greylist_kind kind)
{
	link_out(g, e);
	e->kind = kind;
	link_in(g, e);
}

static void
forget(struct greylist *g, struct greylist_entry *e)
{
	link_out(g, e);
	hash_remove(&g->hash, &e->node);
	free(e);
}

/* after something was added */
static void
make_room(struct greylist *g, enum greylist_kind kind)
{
	while (g->list[kind].n > g->list[kind].max) {
		forget(g, greylist_of(g->list[kind].line.first));
		g->sums.dropped++;
	}
}

static struct greylist_entry *
find(const struct greylist *g, const char *key, size_t len)
{
	struct hash_node *n =
	    hash_first(&g->hash, hash_bytes(g->seed, key, len));

	for (; n != NULL; n = hash_again(n)) {
		struct greylist_entry *e = (struct greylist_entry *)n;

		if (e->len == len && memcmp(e->key, key, len) == 0)
			return e;
	}
	return NULL;
}

static struct greylist_entry *
add(struct greylist *g, enum greylist_kind kind, const char *key, size_t len,
    size_t who_len)
{
	struct greylist_entry *e = calloc(1, sizeof *e + len);

	if (e == NULL)
		return NULL;
	memcpy(e->key, key, len);
	e->len = len;
	e->who_len = who_len;
	e->kind = kind;
	e->node.hash = hash_bytes(g->seed, key, len);
	if (hash_add(&g->hash, &e->node) == -1) {
		free(e);
		return NULL;
	}
	link_in(g, e);
	return e;
}

/* asking */

static int
alive(const struct greylist *g, const struct greylist_entry *e, int64_t now)
{
	if (e->kind == GREYLIST_WAITS)
		return now - e->first <= g->conf.window_s;
	return now - e->last <= g->conf.lifetime_s;
}

static int
is_known(const struct greylist *g, const struct greylist_entry *e, int64_t now)
{
	return e != NULL && e->kind == GREYLIST_HOST && g->conf.known > 0 &&
	    e->n >= g->conf.known && alive(g, e, now);
}

enum greylist_verdict
greylist_look(const struct greylist *g, const char *key, size_t len,
    size_t who_len, int64_t now, int64_t *seconds)
{
	const struct greylist_entry *e;
	int64_t age;

	*seconds = 0;
	if (is_known(g, find(g, key, who_len), now))
		return GREYLIST_KNOWN;
	e = find(g, key, len);
	if (e != NULL && e->kind == GREYLIST_PASSED && alive(g, e, now))
		return GREYLIST_AGAIN;
	*seconds = g->conf.wait_s;
	if (e == NULL || e->kind != GREYLIST_WAITS || !alive(g, e, now) ||
	    now < e->first)
		return GREYLIST_FIRST;
	age = now - e->first;
	if (age < g->conf.wait_s) {
		*seconds = g->conf.wait_s - age;
		return GREYLIST_EARLY;
	}
	*seconds = age;
	return GREYLIST_RETRIED;
}

/* what happens */

static int
first(struct greylist *g, const char *key, size_t len, size_t who_len,
    int64_t now)
{
	struct greylist_entry *e = find(g, key, len);

	g->sums.first++;
	if (e == NULL)
		e = add(g, GREYLIST_WAITS, key, len, who_len);
	else if (e->kind == GREYLIST_WAITS)
		g->sums.lost++;
	if (e == NULL)
		return -1;
	renew(g, e, GREYLIST_WAITS);
	e->first = e->last = now;
	e->n = 1;
	make_room(g, GREYLIST_WAITS);
	return 0;
}

/* a key of this network has come again */
static int
count_host(struct greylist *g, const char *key, size_t who_len, int64_t now)
{
	struct greylist_entry *e = find(g, key, who_len);

	if (e == NULL) {
		e = add(g, GREYLIST_HOST, key, who_len, who_len);
		if (e == NULL)
			return -1;
	}
	if (!alive(g, e, now))
		e->n = 0;
	/* the recipients of one message are one proof, not many */
	if (e->n == 0 || e->first != now)
		e->n++;
	e->first = e->last = now;
	renew(g, e, GREYLIST_HOST);
	make_room(g, GREYLIST_HOST);
	return 0;
}

static int
retried(struct greylist *g, const char *key, size_t len, size_t who_len,
    int64_t now)
{
	struct greylist_entry *e = find(g, key, len);

	g->sums.retried++;
	if (e == NULL) {
		/* forgotten meanwhile by who reads this */
		e = add(g, GREYLIST_WAITS, key, len, who_len);
		if (e == NULL)
			return -1;
		e->first = now;
	}
	if (e->kind == GREYLIST_WAITS && now > e->first)
		g->sums.delay_s += (uint64_t)now - (uint64_t)e->first;
	e->last = now;
	e->n = 1;
	renew(g, e, GREYLIST_PASSED);
	make_room(g, GREYLIST_PASSED);
	return count_host(g, key, who_len, now);
}

/* the entry lives on, and so does its network's */
static void
passed(struct greylist *g, const char *key, size_t len, int64_t now)
{
	struct greylist_entry *e = find(g, key, len);

	if (e == NULL || e->kind == GREYLIST_WAITS)
		return;
	e->n += e->kind == GREYLIST_PASSED;
	e->last = now;
	renew(g, e, e->kind);
}

int
greylist_happened(struct greylist *g, enum greylist_verdict v, const char *key,
    size_t len, size_t who_len, int64_t now)
{
	struct greylist_entry *e;

	greylist_expire(g, now);
	if (g->sums.since == 0)
		g->sums.since = now;
	switch (v) {
	case GREYLIST_FIRST: return first(g, key, len, who_len, now);
	case GREYLIST_EARLY:
		g->sums.early++;
		e = find(g, key, len);
		if (e != NULL)
			e->n++;
		return 0;
	case GREYLIST_RETRIED: return retried(g, key, len, who_len, now);
	case GREYLIST_AGAIN:
		g->sums.again++;
		passed(g, key, len, now);
		passed(g, key, who_len, now);
		return 0;
	case GREYLIST_KNOWN:
		g->sums.known++;
		passed(g, key, who_len, now);
		return 0;
	}
	return 0;
}

int
greylist_restore(struct greylist *g, enum greylist_kind kind, const char *key,
    size_t len, size_t who_len, int64_t first_s, int64_t last_s, uint64_t n)
{
	struct greylist_entry *e = find(g, key, len);

	if (e != NULL)
		renew(g, e, kind);
	else
		e = add(g, kind, key, len, who_len);
	if (e == NULL)
		return -1;
	e->first = first_s;
	e->last = last_s;
	e->n = n;
	make_room(g, kind);
	return 0;
}

/* what is over */

void
greylist_expire(struct greylist *g, int64_t now)
{
	unsigned kind;
	struct greylist_entry *e;

	for (kind = 0; kind < 3; kind++)
		while ((e = greylist_of(g->list[kind].line.first)) != NULL &&
		    !alive(g, e, now)) {
			g->sums.lost += kind == GREYLIST_WAITS;
			forget(g, e);
		}
}

size_t
greylist_known(const struct greylist *g, int64_t now)
{
	struct list_node *at = g->list[GREYLIST_HOST].line.first;
	size_t n = 0;

	for (; at != NULL; at = at->next)
		n += is_known(g, greylist_of(at), now);
	return n;
}

void
greylist_clear(struct greylist *g)
{
	struct greylist_entry *e;
	unsigned kind;

	for (kind = 0; kind < 3; kind++)
		while ((e = greylist_of(g->list[kind].line.first)) != NULL)
			forget(g, e);
	hash_free(&g->hash);
	memset(&g->hash, 0, sizeof g->hash);
	memset(&g->sums, 0, sizeof g->sums);
}
