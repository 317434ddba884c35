#include "base/num.h"
#include "throttle/throttle.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* the set of rules */

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

/* one more for this count: the least */
static const char *
merge_cap(struct throttle_rule *to, const struct throttle_cap *c)
{
	unsigned i;

	for (i = 0; i < to->n_caps; i++)
		if (throttle_cap_same(&to->cap[i], c)) {
			if (c->n < to->cap[i].n)
				to->cap[i].line = c->line;
			to->cap[i].n = least(to->cap[i].n, c->n);
			return NULL;
		}
	if (to->n_caps == THROTTLE_CAPS_MAX)
		return "more than 4 caps under one key";
	to->cap[to->n_caps++] = *c;
	return NULL;
}

/* each cap has the calendar by which it counts; 0, or -1 with ENOMEM */
static int
set_calendars(struct throttle_rules *t, struct throttle_rule *r)
{
	struct throttle_cap *c;

	for (c = r->cap; c < r->cap + r->n_caps; c++)
		if (c->calendar == NULL) {
			c->calendar =
			    calendar_get(&t->calendars, c->zone, c->span);
			if (c->calendar == NULL)
				return -1;
		}
	return 0;
}

static const char *
merge(struct throttle_rule *to, const struct throttle_rule *from)
{
	const char *bad = NULL;
	unsigned i;

	to->shared |= from->shared;
	if (to->warm.n > 0 && from->warm.n > 0)
		return "more than one warm-up under one key";
	if (from->warm.n > 0)
		to->warm = from->warm;
	for (i = 0; bad == NULL && i < from->n_caps; i++)
		bad = merge_cap(to, &from->cap[i]);
	if (bad != NULL)
		return bad;

	if (to->n_rates + from->n_rates > THROTTLE_RATES_MAX)
		return "too many rates under one key";
	for (i = 0; i < from->n_rates; i++)
		to->rate[to->n_rates++] = from->rate[i];
	if (least(to->conn, from->conn) != to->conn) {
		to->conn_line = from->conn_line;
		to->conn_least = from->conn_least;
	}
	to->conn = least(to->conn, from->conn);
	to->msgs_per_conn = least(to->msgs_per_conn, from->msgs_per_conn);
	if (from->backoff.least_s > 0 || from->no_backoff) {
		to->backoff = from->backoff;
		to->no_backoff = from->no_backoff;
		to->backoff_line = from->backoff_line;
	}
	to->backoff.full = throttle_conn(to);
	return NULL;
}

static const char *
add_shape(struct throttle_rules *t, uint32_t shape)
{
	unsigned i;

	for (i = 0; i < t->n_shapes; i++)
		if (t->shapes[i] == shape)
			return NULL;
	if (t->n_shapes == THROTTLE_SHAPES_MAX)
		return "more than 256 kinds of keys";
	t->shapes[t->n_shapes++] = shape;
	return NULL;
}

static int
insert(struct throttle_rules *t, struct throttle_rule *r, const char **reason)
{
	*reason = throttle_number_tags(r, &t->tags);
	if (*reason == NULL)
		*reason = add_shape(t, throttle_shape(r));
	if (*reason != NULL)
		return -1;
	r->node.hash = hash_bytes(0, r->key, r->key_len);
	if (set_calendars(t, r) == -1)
		return -1;
	if (hash_add(&t->by_key, &r->node) == -1)
		return -1;
	r->next = t->list;
	t->list = r;
	t->n_warm += r->warm.n > 0;
	t->n++;
	return 0;
}

/* all that a rule says stands in this line */
static void
set_line(struct throttle_rule *r, unsigned lineno)
{
	unsigned i;

	for (i = 0; i < r->n_rates; i++)
		r->rate[i].line = lineno;
	for (i = 0; i < r->n_caps; i++)
		r->cap[i].line = lineno;
	if (r->conn > 0)
		r->conn_line = lineno;
	if (r->backoff.least_s > 0 || r->no_backoff)
		r->backoff_line = lineno;
}

int
throttle_add_at(struct throttle_rules *t, const char *line, size_t n,
    unsigned lineno, const char **reason)
{
	struct throttle_rule *r = throttle_parse(t->words, line, n, reason),
			     *there;

	if (r == NULL)
		return -1;
	set_line(r, lineno);
	there = (struct throttle_rule *)throttle_find(t, r->key, r->key_len);
	if (there != NULL) {
		*reason = merge(there, r);
		t->n_warm += r->warm.n > 0;
		free(r);
		return *reason == NULL ? set_calendars(t, there) : -1;
	}
	if (insert(t, r, reason) == -1) {
		free(r);
		return -1;
	}
	return 0;
}

int
throttle_add(struct throttle_rules *t, const char *line, size_t n,
    const char **reason)
{
	return throttle_add_at(t, line, n, 0, reason);
}

/* where record i stands in the file; 0: the table does not say */
static unsigned
line_of(const struct lookup *l, unsigned i)
{
	char key[16];
	const char *p;
	size_t len;
	uint64_t n;

	if (lookup_get(l, key, snprintf(key, sizeof key, "@%u", i), &p, &len) !=
		1 ||
	    num_scan(p, len, 0, UINT32_MAX, &n) == -1)
		return 0;
	return n;
}

int
throttle_load(struct throttle_rules *t, const struct lookup *l,
    const char **reason)
{
	char key[16];
	const char *p;
	size_t len;
	uint64_t n, i;
	unsigned lineno;

	*reason = "damaged";
	if (lookup_get(l, "n", 1, &p, &len) != 1 ||
	    num_scan(p, len, 0, THROTTLE_RULES_MAX, &n) == -1)
		return -1;
	if (lookup_get(l, "text", 4, &p, &len) == 1 &&
	    num_scan(p, len, 1, UINT64_MAX, &t->text) == -1)
		return -1;
	for (i = 1; i <= n; i++) {
		*reason = "damaged";
		lineno = line_of(l, i);
		if (lookup_get(l, key,
			snprintf(key, sizeof key, "%u", (unsigned)i), &p,
			&len) != 1)
			return -1;
		if (throttle_add_at(t, p, len, lineno, reason) == -1)
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
	calendar_free(&t->calendars);
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
	uint32_t shape;
	struct slice values[THROTTLE_LABELS]; /* p NULL: not spoken of */
	int conn, backoff; /* said by a rule about the destination */
};

static void
add_part(struct throttle_parts *all, unsigned label, const char *name,
    struct slice value)
{
	struct throttle_part *p = &all->part[all->n];

	if (value.p == NULL)
		return;
	p->label = label;
	p->name.p = name;
	p->name.n = strlen(name);
	p->value = value;
	all->n++;
}

static int
look_up(struct finding *f)
{
	const struct throttle_tags *tags = &f->t->tags;
	struct throttle_parts parts = { .words = f->t->words };
	char key[THROTTLE_KEY_MAX];
	const struct throttle_rule *r;
	unsigned i, tag;

	for (i = 0; i < THROTTLE_TAG; i++)
		add_part(&parts, i, "", f->values[i]);
	for (i = 0; i < tags->n; i++) {
		tag = tags->order[i];
		add_part(&parts, THROTTLE_TAG, tags->name[tag],
		    f->values[THROTTLE_TAG + tag]);
	}
	r = throttle_find(f->t, key, throttlekey_print(key, &parts));
	if (r == NULL)
		return 0;
	if (r->match[THROTTLE_SITE] || r->match[THROTTLE_DOMAIN] ||
	    r->match[THROTTLE_PROVIDER]) {
		f->conn |= r->conn > 0;
		f->backoff |= r->backoff.least_s > 0 || r->no_backoff;
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
	/* of an address its domain */
	if (memchr(v, '@', end - v) != NULL)
		v = (const char *)memrchr(v, '@', end - v) + 1;
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
