#include "mail/reportbook.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct reportbook_domain *
find(const struct reportbook *b, const char *name, uint64_t h)
{
	struct hash_node *n;
	struct reportbook_domain *d;

	for (n = hash_first(&b->hash, h); n != NULL; n = hash_again(n)) {
		d = (struct reportbook_domain *)n;
		if (strcmp(d->name, name) == 0)
			return d;
	}
	return NULL;
}

void *
reportbook_find(struct reportbook *b, const char *name, size_t size)
{
	size_t len = strlen(name);
	uint64_t h = hash_bytes(0, name, len);
	struct reportbook_domain *d = find(b, name, h);

	if (d != NULL)
		return d;
	errno = 0;
	if (b->n == REPORTBOOK_DOMAINS_MAX || len > REPORTBOOK_NAME_MAX)
		return NULL;
	if ((d = calloc(1, size)) == NULL)
		return NULL;
	d->node.hash = h;
	memcpy(d->name, name, len + 1);
	if (hash_add(&b->hash, &d->node) == -1) {
		free(d);
		return NULL;
	}
	b->n++;
	return d;
}

void
reportbook_time(struct reportbook *b, int64_t then)
{
	if (b->last == 0 || then < b->first)
		b->first = then;
	if (b->last == 0 || then > b->last)
		b->last = then;
}

void *
reportbook_sorted(const struct hash *t, size_t n,
    int (*by)(const void *, const void *))
{
	struct hash_node **all = calloc(n + 1, sizeof *all), *h;
	size_t i, k = 0;

	if (all == NULL)
		return NULL;
	for (i = 0; i < t->slots; i++)
		for (h = t->slot[i]; h != NULL; h = h->next)
			all[k++] = h;
	qsort(all, n, sizeof *all, by);
	return all;
}

int
reportbook_by_name(const void *a, const void *b)
{
	return strcmp((*(struct reportbook_domain *const *)a)->name,
	    (*(struct reportbook_domain *const *)b)->name);
}

int
reportbook_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int r = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return r != 0 ? r : (a_len > b_len) - (a_len < b_len);
}
