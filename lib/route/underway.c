#include "route/underway.h"
#include <stdlib.h>

struct load {
	struct hash_node node;
	unsigned n;
	size_t pool_len, src_len;
	char name[]; /* pool and source */
};

struct job {
	struct hash_node node; /* the hash is all that is kept of it */
	struct load *pool, *src;
};

static uint64_t
hash_of(const struct underway *u, struct slice a, struct slice b)
{
	return hash_bytes(hash_bytes(u->seed, a.p, a.n), b.p, b.n);
}

static struct load *
find(const struct underway *u, struct slice pool, struct slice src)
{
	struct hash_node *at = hash_first(&u->loads, hash_of(u, pool, src));
	struct load *l;

	for (; at != NULL; at = hash_again(at)) {
		l = (struct load *)at;
		if (l->pool_len == pool.n && l->src_len == src.n &&
		    memcmp(l->name, pool.p, pool.n) == 0 &&
		    memcmp(l->name + pool.n, src.p, src.n) == 0)
			return l;
	}
	return NULL;
}

unsigned
underway_load(struct underway *u, struct slice pool, struct slice src)
{
	const struct load *l;

	u->on = 1;
	if (src.n == 0)
		src.p = "";
	l = find(u, pool, src);
	return l == NULL ? 0 : l->n;
}

/* one more; NULL: it cannot be counted */
static struct load *
more(struct underway *u, struct slice pool, struct slice src)
{
	struct load *l = find(u, pool, src);

	if (l == NULL) {
		if (u->loads.n >= UNDERWAY_LOADS_MAX ||
		    (l = calloc(1, sizeof *l + pool.n + src.n + 1)) == NULL)
			return NULL;
		l->node.hash = hash_of(u, pool, src);
		l->pool_len = pool.n;
		l->src_len = src.n;
		memcpy(l->name, pool.p, pool.n);
		memcpy(l->name + pool.n, src.p, src.n);
		if (hash_add(&u->loads, &l->node) == -1) {
			free(l);
			return NULL;
		}
	}
	l->n++;
	return l;
}

static void
less(struct underway *u, struct load *l)
{
	if (l == NULL || --l->n > 0)
		return;
	hash_remove(&u->loads, &l->node);
	free(l);
}

void
underway_done(struct underway *u, struct slice id, struct slice number)
{
	struct job *j;

	if (u->jobs.n == 0)
		return;
	j = (struct job *)hash_first(&u->jobs, hash_of(u, id, number));
	if (j == NULL)
		return;
	less(u, j->pool);
	less(u, j->src);
	hash_remove(&u->jobs, &j->node);
	free(j);
}

void
underway_sent(struct underway *u, struct slice id, struct slice number,
    struct slice pool, struct slice src)
{
	const struct slice none = { "", 0 };
	struct job *j;

	if (!u->on || pool.n == 0)
		return;
	underway_done(u, id, number);
	if (u->jobs.n >= UNDERWAY_JOBS_MAX ||
	    (j = calloc(1, sizeof *j)) == NULL)
		return;
	j->node.hash = hash_of(u, id, number);
	if (hash_add(&u->jobs, &j->node) == -1) {
		free(j);
		return;
	}
	j->pool = more(u, pool, none);
	if (src.n > 0)
		j->src = more(u, pool, src);
}

static void
free_all(struct hash *t)
{
	struct hash_node *at, *next;
	size_t i;

	for (i = 0; i < t->slots; i++)
		for (at = t->slot[i]; at != NULL; at = next) {
			next = at->next;
			free(at);
		}
	hash_free(t);
}

void
underway_free(struct underway *u)
{
	free_all(&u->jobs);
	free_all(&u->loads);
}
