#include "queue/auditgroup.h"
#include "queue/auditparts.h"
#include <stdlib.h>
#include <string.h>

struct group {
	struct hash_node node; /* first */
	uint32_t tenant;
	int64_t hour_s;
	const struct audit *books; /* whose tenants' names are compared */
	struct audit_balance sum;
};
_Static_assert(sizeof(struct group) + sizeof(void *) <= AUDIT_GROUP_BYTES,
    "as the page says");

struct groups {
	const struct audit *books;
	unsigned by;
	struct hash all;
	struct group **group;
	size_t n, cap;
};

static struct group *
add(struct groups *g, uint64_t hash)
{
	struct group *p;
	void *more;

	if (g->n == g->cap) {
		more = reallocarray(g->group, 2 * g->cap + 64,
		    sizeof(struct group *));
		if (more == NULL)
			return NULL;
		g->group = more;
		g->cap = 2 * g->cap + 64;
	}
	p = calloc(1, sizeof *p);
	if (p == NULL)
		return NULL;
	p->node.hash = hash;
	p->books = g->books;
	if (hash_add(&g->all, &p->node) == -1) {
		free(p);
		return NULL;
	}
	g->group[g->n++] = p;
	return p;
}

/* the group of a message; NULL without memory */
static struct group *
group_of(struct groups *g, const struct audit_message *m)
{
	struct {
		int64_t hour_s, tenant;
	} key = { 0, 0 };
	struct hash_node *at;
	struct group *p;
	uint64_t hash;

	if (g->by & AUDIT_BY_HOUR)
		key.hour_s = name_time_us(m->id) / 1000000 / 3600 * 3600;
	if (g->by & AUDIT_BY_TENANT)
		key.tenant = m->tenant;
	hash = hash_bytes(0, &key, sizeof key);
	for (at = hash_first(&g->all, hash); at != NULL; at = hash_again(at)) {
		p = (struct group *)at;
		if (p->hour_s == key.hour_s && p->tenant == key.tenant)
			return p;
	}
	p = add(g, hash);
	if (p == NULL)
		return NULL;
	p->hour_s = key.hour_s;
	p->tenant = (uint32_t)key.tenant;
	return p;
}

/* 0, -1 without memory, 1: too many */
static int
collect(struct groups *g)
{
	struct audit_chunk *c;
	struct group *p;
	unsigned i;

	for (c = g->books->chunks; c != NULL; c = c->next)
		for (i = 0; i < c->used; i++) {
			if (c->message[i].accepted == 0)
				continue;
			p = group_of(g, &c->message[i]);
			if (p == NULL)
				return -1;
			if (g->n > AUDIT_GROUPS_MAX)
				return 1;
			audit_balance_one(g->books, &c->message[i], &p->sum);
		}
	return 0;
}

static const struct audit_tenant *
tenant_of(const struct group *p)
{
	return p->tenant == 0 ? NULL : p->books->tenant[p->tenant - 1];
}

static int
compare(const void *x, const void *y)
{
	const struct group *a = *(struct group *const *)x,
			   *b = *(struct group *const *)y;
	const struct audit_tenant *s = tenant_of(a), *t = tenant_of(b);
	size_t n;
	int r;

	if (a->hour_s != b->hour_s)
		return a->hour_s < b->hour_s ? -1 : 1;
	if (s == NULL || t == NULL)
		return (s != NULL) - (t != NULL);
	n = s->len < t->len ? s->len : t->len;
	r = memcmp(s->name, t->name, n);
	return r != 0 ? r : (s->len > t->len) - (s->len < t->len);
}

static void
tell(const struct groups *g, void (*found)(void *, const struct auditgroup *),
    void *arg)
{
	const struct audit_tenant *t;
	struct auditgroup one;
	size_t i;

	for (i = 0; i < g->n; i++) {
		t = tenant_of(g->group[i]);
		one = (struct auditgroup){ "", 0, g->group[i]->hour_s,
			&g->group[i]->sum };
		if (t != NULL) {
			one.tenant = t->name;
			one.tenant_len = t->len;
		}
		found(arg, &one);
	}
}

int
auditgroup_all(const struct audit *a, unsigned by,
    void (*found)(void *, const struct auditgroup *), void *arg)
{
	struct groups g = { .books = a, .by = by };
	int r = collect(&g);
	size_t i;

	if (r == 0 && g.n > 0) {
		qsort(g.group, g.n, sizeof(struct group *), compare);
		tell(&g, found, arg);
	}
	for (i = 0; i < g.n; i++)
		free(g.group[i]);
	free(g.group);
	hash_free(&g.all);
	return r;
}
