#include "base/num.h"
#include "throttle/throttle.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the set of rules */

static unsigned
shape_of(const struct throttle_rule *r)
{
	unsigned shape = 0;
	int l;

	for (l = 0; l < THROTTLE_LABELS; l++)
		shape |= r->match[l] << 2 * l;
	return shape;
}

const struct throttle_rule *
throttle_find(const struct throttle_rules *t, const char *key, size_t n)
{
	struct hash_node *h;
	struct throttle_rule *r;

	for (h = hash_first(&t->by_key, hash_bytes(0, key, n)); h != NULL;
	     h = hash_again(h)) {
		r = (struct throttle_rule *)h;
		if (r->key_len == n && memcmp(r->key, key, n) == 0)
			return r;
	}
	return NULL;
}

static uint32_t
least(uint32_t a, uint32_t b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

static const char *
merge(struct throttle_rule *to, const struct throttle_rule *from)
{
	unsigned i;

	if (to->n_rates + from->n_rates > THROTTLE_RATES_MAX)
		return "too many rates under one key";
	for (i = 0; i < from->n_rates; i++)
		to->rate[to->n_rates++] = from->rate[i];
	to->conn = least(to->conn, from->conn);
	to->msgs_per_conn = least(to->msgs_per_conn, from->msgs_per_conn);
	if (from->backoff.least_s > 0)
		to->backoff = from->backoff;
	to->backoff.full = to->conn;
	return NULL;
}

static int
insert(struct throttle_rules *t, struct throttle_rule *r)
{
	unsigned i, shape = shape_of(r);

	r->node.hash = hash_bytes(0, r->key, r->key_len);
	if (hash_add(&t->by_key, &r->node) == -1)
		return -1;
	r->next = t->list;
	t->list = r;
	t->n++;
	for (i = 0; i < t->n_shapes; i++)
		if (t->shapes[i] == shape)
			return 0;
	t->shapes[t->n_shapes++] = shape;
	return 0;
}

int
throttle_add(struct throttle_rules *t, const char *line, size_t n,
    const char **reason)
{
	struct throttle_rule *r = throttle_parse(line, n, reason), *there;

	if (r == NULL)
		return -1;
	there = (struct throttle_rule *)throttle_find(t, r->key, r->key_len);
	if (there != NULL) {
		*reason = merge(there, r);
		free(r);
		return *reason == NULL ? 0 : -1;
	}
	if (insert(t, r) == -1) {
		free(r);
		return -1;
	}
	return 0;
}

int
throttle_load(struct throttle_rules *t, const struct lookup *l,
    const char **reason)
{
	char key[16];
	const char *p;
	size_t len;
	uint64_t n, i;

	*reason = "damaged";
	if (lookup_get(l, "n", 1, &p, &len) != 1 ||
	    num_scan(p, len, 0, THROTTLE_RULES_MAX, &n) == -1)
		return -1;
	for (i = 1; i <= n; i++) {
		*reason = "damaged";
		if (lookup_get(l, key,
			snprintf(key, sizeof key, "%u", (unsigned)i), &p,
			&len) != 1)
			return -1;
		if (throttle_add(t, p, len, reason) == -1)
			return -1;
	}
	return 0;
}

void
throttle_free(struct throttle_rules *t)
{
	struct throttle_rule *r;

	while ((r = t->list) != NULL) {
		t->list = r->next;
		free(r);
	}
	hash_free(&t->by_key);
	memset(t, 0, sizeof *t);
}

unsigned
throttle_labels_used(const struct throttle_rules *t)
{
	/* and the pool, for its own backoff */
	unsigned i, l, used = 1 << THROTTLE_SITE | 1 << THROTTLE_VIA;

	for (i = 0; i < t->n_shapes; i++)
		for (l = 0; l < THROTTLE_LABELS; l++)
			if ((t->shapes[i] >> 2 * l & 3) != THROTTLE_ANY)
				used |= 1 << l;
	return used;
}

/* what applies to a job */

struct finding {
	const struct throttle_rules *t;
	const struct throttle_who *who;
	int (*found)(void *, const struct throttle_rule *);
	void *arg;
	unsigned shape;
	struct slice values[THROTTLE_LABELS];
	int conn, backoff; /* said by a rule about the destination */
};

static int
look_up(struct finding *f)
{
	char key[THROTTLE_KEY_MAX];
	const struct throttle_rule *r =
	    throttle_find(f->t, key, throttle_key(key, f->values));

	if (r == NULL)
		return 0;
	if (r->match[THROTTLE_SITE] || r->match[THROTTLE_DOMAIN]) {
		f->conn |= r->conn > 0;
		f->backoff |= r->backoff.least_s > 0;
	}
	return f->found(f->arg, r);
}

/* all keys of one shape that fit, from this label on */
static int
walk(struct finding *f, unsigned l)
{
	char below[THROTTLE_VALUE_MAX + 2];
	const char *v, *end, *dot;
	int r;

	for (; l < THROTTLE_LABELS; l++) {
		f->values[l].p = NULL;
		if ((f->shape >> 2 * l & 3) != THROTTLE_ANY)
			break;
	}
	if (l == THROTTLE_LABELS)
		return look_up(f);
	v = f->who->value[l];
	if (v == NULL || f->who->len[l] == 0)
		return 0;
	f->values[l].p = v;
	f->values[l].n = f->who->len[l];
	if (f->values[l].n > THROTTLE_VALUE_MAX)
		f->values[l].n = THROTTLE_VALUE_MAX;
	switch (f->shape >> 2 * l & 3) {
	case THROTTLE_EACH:
		f->values[l].p = "*";
		f->values[l].n = 1;
		return walk(f, l + 1);
	case THROTTLE_EXACT: return walk(f, l + 1);
	}
	end = v + f->values[l].n;
	below[0] = '.';
	memcpy(below + 1, v, end - v);
	for (dot = below; dot != NULL;
	     dot = memchr(dot + 1, '.', below + 1 + (end - v) - dot - 1)) {
		f->values[l].p = dot;
		f->values[l].n = below + 1 + (end - v) - dot;
		if ((r = walk(f, l + 1)) != 0)
			return r;
	}
	return 0;
}

/* for the site, when no rule says otherwise: [conn said][backoff said] */
#define BUILTIN(n) \
	.key = "site:*", .key_len = 6, .builtin = (n), \
	.match = { THROTTLE_EACH }
#define BUILTIN_BACKOFF(n) \
	.backoff = { THROTTLE_BACKOFF_LEAST_S, THROTTLE_BACKOFF_MOST_S, (n) }
static const struct throttle_rule builtin[2][2] = {
	{ { BUILTIN(1), .conn = THROTTLE_CONN_DEFAULT,
	      BUILTIN_BACKOFF(THROTTLE_CONN_DEFAULT) },
	    { BUILTIN(2), .conn = THROTTLE_CONN_DEFAULT } },
	{ { BUILTIN(3), BUILTIN_BACKOFF(0) }, { .builtin = 0 } }
};

int
throttle_match(const struct throttle_rules *t, const struct throttle_who *who,
    int (*found)(void *, const struct throttle_rule *), void *arg)
{
	struct finding f = { .t = t, .who = who, .found = found, .arg = arg };
	const struct throttle_rule *rest;
	unsigned i;
	int r;

	for (i = 0; i < t->n_shapes; i++) {
		f.shape = t->shapes[i];
		if ((r = walk(&f, 0)) != 0)
			return r;
	}
	if (who->value[THROTTLE_SITE] == NULL || who->len[THROTTLE_SITE] == 0)
		return 0;
	rest = &builtin[f.conn][f.backoff];
	return rest->builtin == 0 ? 0 : found(arg, rest);
}
