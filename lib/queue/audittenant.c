#include "queue/auditparts.h"
#include <stdlib.h>
#include <string.h>

static struct audit_tenant *
find(const struct audit *a, const char *value, size_t n)
{
	struct hash_node *at;
	struct audit_tenant *t;

	for (at = hash_first(&a->tenants, hash_bytes(0, value, n)); at != NULL;
	     at = hash_again(at)) {
		t = (struct audit_tenant *)at;
		if (t->len == n && memcmp(t->name, value, n) == 0)
			return t;
	}
	return NULL;
}

/* room for one more; how many there may be doubles */
static int
more_room(struct audit *a)
{
	void *p;

	if ((a->n_tenants & (a->n_tenants - 1)) != 0)
		return 0;
	p = reallocarray(a->tenant, 2 * ((size_t)a->n_tenants + 1),
	    sizeof(struct audit_tenant *));
	if (p == NULL)
		return -1;
	a->tenant = p;
	return 0;
}

uint32_t
audit_tenant(struct audit *a, const char *value, size_t n)
{
	struct audit_tenant *t = find(a, value, n);

	if (t == NULL && a->n_tenants + 1 >= AUDIT_TENANTS_MAX) {
		value = AUDIT_OTHERS;
		n = strlen(value);
		t = find(a, value, n);
	}
	if (t != NULL)
		return t->number;
	if (more_room(a) == -1 || (t = malloc(sizeof *t + n)) == NULL)
		return 0;
	memcpy(t->name, value, n);
	t->len = n;
	t->node.hash = hash_bytes(0, value, n);
	if (hash_add(&a->tenants, &t->node) == -1) {
		free(t);
		return 0;
	}
	a->tenant[a->n_tenants++] = t;
	t->number = a->n_tenants;
	return t->number;
}

void
audit_tenants_free(struct audit *a)
{
	uint32_t i;

	for (i = 0; i < a->n_tenants; i++)
		free(a->tenant[i]);
	free(a->tenant);
	hash_free(&a->tenants);
}
