#include "queue/tally.h"
#include <stdlib.h>
#include <string.h>

const char *const tally_age_name[TALLY_AGES] = { "5", "10", "20", "40", "80",
	"160", "320", "640", "1280", "2560", "2560+" };
const char *const tally_tries_name[TALLY_TRIES] = { "0", "1", "2", "3", "4",
	"5-9", "10-19", "20-49", "50+" };

unsigned
tally_age_column(int64_t age_s)
{
	int64_t limit = 5 * 60;
	unsigned i;

	for (i = 0; i < TALLY_AGES - 1 && age_s >= limit; i++)
		limit *= 2;
	return i;
}

unsigned
tally_tries_column(unsigned tries)
{
	return tries < 5 ? tries
	    : tries < 10 ? 5
	    : tries < 20 ? 6
	    : tries < 50 ? 7
			 : 8;
}

static struct tally_row *
new_row(struct tally *t, const char *key, size_t n)
{
	uint32_t cap = t->cap == 0 ? 64 : 2 * t->cap, i;
	struct tally_row *p;
	int fresh;

	if (t->n == t->cap) {
		p = realloc(t->row, cap * sizeof *p);
		if (p == NULL)
			return NULL;
		t->row = p;
		t->cap = cap;
	}
	i = nametable_get(&t->names, key, n, &fresh);
	if (i == NAMETABLE_NONE)
		return NULL;
	/* none is ever given back, so that names and rows go together */
	p = &t->row[t->n++];
	memset(p, 0, sizeof *p);
	p->name = i;
	return p;
}

static void
count(struct tally_row *r, unsigned column)
{
	r->total++;
	r->column[column]++;
}

int
tally_add(struct tally *t, const char *key, size_t n, unsigned column)
{
	struct tally_row *r;
	uint32_t i;

	if (n > TALLY_KEY_MAX)
		n = TALLY_KEY_MAX;
	i = nametable_find(&t->names, key, n);
	if (i != NAMETABLE_NONE)
		r = &t->row[i];
	else if (t->n == TALLY_ROWS_MAX)
		r = &t->others;
	else
		r = new_row(t, key, n);
	if (r == NULL)
		return -1;
	count(r, column);
	count(&t->sum, column);
	return 0;
}

const char *
tally_name(const struct tally *t, const struct tally_row *r, size_t *n)
{
	*n = t->names.name[r->name].len;
	return t->names.name[r->name].s;
}

static int
by_name(const struct nametable_name *a, const struct nametable_name *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int k = n == 0 ? 0 : memcmp(a->s, b->s, n);

	return k != 0 ? k : (a->len > b->len) - (a->len < b->len);
}

static int
compare(const void *a, const void *b, void *arg)
{
	const struct tally_row *x = a, *y = b;
	const struct nametable_name *name = arg;

	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return by_name(&name[x->name], &name[y->name]);
}

void
tally_sort(struct tally *t)
{
	if (t->n > 1)
		qsort_r(t->row, t->n, sizeof *t->row, compare, t->names.name);
}

void
tally_cut(struct tally *t, uint32_t n)
{
	unsigned c;

	for (; t->n > n; t->n--) {
		t->others.total += t->row[t->n - 1].total;
		for (c = 0; c < TALLY_COLUMNS; c++)
			t->others.column[c] += t->row[t->n - 1].column[c];
	}
}

void
tally_clear(struct tally *t)
{
	uint64_t seed = t->names.seed;

	nametable_free(&t->names);
	free(t->row);
	memset(t, 0, sizeof *t);
	t->names.seed = seed;
	t->others.name = t->sum.name = NAMETABLE_NONE;
}
