#include "route/spills.h"
#include <stdlib.h>
#include <string.h>

static const int64_t sweep_every_us = 1000000;

struct value {
	struct hash_node node; /* the hash is all that is kept of it */
	int64_t until_us;
};

static const struct value *
find(const struct spills *s, uint64_t hash)
{
	return (const struct value *)hash_first(&s->by_value, hash);
}

/* what is over goes */
static void
sweep(struct spills *s, int64_t now_us)
{
	struct hash_node *at, *next;
	size_t i;

	s->swept_us = now_us;
	for (i = 0; i < s->by_value.slots; i++)
		for (at = s->by_value.slot[i]; at != NULL; at = next) {
			next = at->next;
			if (((struct value *)at)->until_us > now_us)
				continue;
			hash_remove(&s->by_value, at);
			free(at);
		}
}

/* its number; -1: there are too many */
static int
shape_of(struct spills *s, struct slice by)
{
	unsigned i;

	for (i = 0; i < s->n_shapes; i++)
		if (word_is(by, s->shape[i].by))
			return (int)i;
	if (i == SPILLS_SHAPES_MAX || by.n == 0 || by.n > SPILLS_BY_MAX ||
	    memchr(by.p, '\\', by.n) != NULL)
		return -1;
	memcpy(s->shape[i].by, by.p, by.n);
	s->shape[i].by[by.n] = '\0';
	s->shape[i].len = by.n;
	s->n_shapes++;
	return (int)i;
}

int
spills_learn(struct spills *s, struct slice by, struct slice of,
    int64_t until_us, int64_t now_us)
{
	int shape = shape_of(s, by);
	struct value *v;
	uint64_t hash;

	if (shape == -1 || of.n == 0 || of.n > SPILLS_OF_MAX ||
	    until_us <= now_us)
		return 0;
	if (until_us - now_us > SPILLS_FOR_MAX_S * INT64_C(1000000))
		until_us = now_us + SPILLS_FOR_MAX_S * INT64_C(1000000);
	hash = hash_bytes(s->seed + (unsigned)shape, of.p, of.n);
	v = (struct value *)hash_first(&s->by_value, hash);
	if (v != NULL) {
		/* who wants more than others hears of a later time */
		if (v->until_us <= now_us || v->until_us > until_us)
			v->until_us = until_us;
		return 1;
	}
	if (s->by_value.n >= SPILLS_MAX &&
	    now_us - s->swept_us >= sweep_every_us)
		sweep(s, now_us);
	if (s->by_value.n >= SPILLS_MAX || (v = calloc(1, sizeof *v)) == NULL)
		return 0;
	v->node.hash = hash;
	v->until_us = until_us;
	if (hash_add(&s->by_value, &v->node) == 0)
		return 1;
	free(v);
	return 0;
}

static struct slice
value_of(const struct spills_who *w, struct slice label)
{
	if (word_is(label, "site"))
		return w->site;
	if (word_is(label, "domain"))
		return w->domain;
	if (word_is(label, "via"))
		return w->via;
	if (word_is(label, "tenant"))
		return w->tenant;
	if (word_is(label, "provider"))
		return w->provider;
	if (word_is(label, "src"))
		return w->src;
	if (word_is(label, "user"))
		return w->user;
	if (label.n > 4 && memcmp(label.p, "tag:", 4) == 0)
		return word_tag(w->tag, w->n_tag,
		    (struct slice){ label.p + 4, label.n - 4 });
	return (struct slice){ "", 0 };
}

/* what a job has of a shape, with a plus sign between as throttle writes it: 1,
 * 0: it lacks some of it */
static int
hash_of(const struct spills *s, unsigned shape, const struct spills_who *w,
    uint64_t *hash)
{
	struct slice rest = { s->shape[shape].by, s->shape[shape].len }, label;
	char of[SPILLS_OF_MAX];
	struct slice v;
	size_t n = 0;

	while (word_piece(&rest, '+', &label)) {
		v = value_of(w, label);
		if (v.n == 0 || n + (n > 0) + v.n > sizeof of)
			return 0;
		if (n > 0)
			of[n++] = '+';
		memcpy(of + n, v.p, v.n);
		n += v.n;
	}
	*hash = hash_bytes(s->seed + shape, of, n);
	return 1;
}

int64_t
spills_until(const struct spills *s, const struct spills_who *w, int64_t now_us)
{
	const struct value *v;
	int64_t latest = 0;
	uint64_t hash;
	unsigned i;

	if (s->by_value.n == 0)
		return 0;
	for (i = 0; i < s->n_shapes; i++) {
		if (!hash_of(s, i, w, &hash))
			continue;
		v = find(s, hash);
		if (v != NULL && v->until_us > now_us && v->until_us > latest)
			latest = v->until_us;
	}
	return latest;
}

void
spills_forget(struct spills *s)
{
	sweep(s, INT64_MAX);
	s->swept_us = 0;
	s->n_shapes = 0;
	hash_free(&s->by_value);
}
