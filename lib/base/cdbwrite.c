#include "base/cdbwrite.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES = 256, HEAD = TABLES * 8 };

struct slot {
	uint32_t hash, pos;
};

static void
pack(char *p, uint32_t u)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		p[i] = (char)(u >> (8 * i));
}

uint32_t
cdbwrite_hash(const char *p, size_t n)
{
	uint32_t h = 5381;
	size_t i;

	for (i = 0; i < n; i++)
		h = ((h << 5) + h) ^ (unsigned char)p[i];
	return h;
}

static int
put_pair(struct buf *b, uint32_t a, uint32_t c)
{
	char t[8];

	pack(t, a);
	pack(t + 4, c);
	return buf_put(b, t, sizeof t);
}

static int
begin(struct cdbwrite *c)
{
	if (buf_len(&c->out) > 0)
		return 0;
	if (buf_reserve(&c->out, HEAD) == -1)
		return -1;
	memset(buf_tail(&c->out), 0, HEAD);
	buf_added(&c->out, HEAD);
	return 0;
}

int
cdbwrite_add(struct cdbwrite *c, const char *key, size_t kn, const char *data,
    size_t dn)
{
	struct slot s;

	if (begin(c) == -1)
		return -1;
	/* each record takes 16 more bytes in the tables */
	if (kn > UINT32_MAX / 4 || dn > UINT32_MAX / 4 ||
	    buf_len(&c->out) + kn + dn + 8 + 16 * (c->n + 1) > UINT32_MAX) {
		errno = EFBIG;
		return -1;
	}
	s.hash = cdbwrite_hash(key, kn);
	s.pos = (uint32_t)buf_len(&c->out);
	if (put_pair(&c->out, (uint32_t)kn, (uint32_t)dn) == -1 ||
	    buf_put(&c->out, key, kn) == -1 ||
	    buf_put(&c->out, data, dn) == -1 ||
	    buf_put(&c->slots, &s, sizeof s) == -1)
		return -1;
	c->n++;
	return 0;
}

/* one of the 256 hash tables; in[0..n) in the order of their records */
static int
put_table(struct cdbwrite *c, unsigned t, const struct slot *in, uint32_t n)
{
	struct slot *tab;
	uint32_t i, j, cap = 2 * n;
	int r = 0;

	pack(c->out.p + c->out.off + 8 * t, (uint32_t)buf_len(&c->out));
	pack(c->out.p + c->out.off + 8 * t + 4, cap);
	if (n == 0)
		return 0;
	tab = calloc(cap, sizeof *tab);
	if (tab == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		j = (in[i].hash >> 8) % cap;
		while (tab[j].pos != 0)
			j = j + 1 == cap ? 0 : j + 1;
		tab[j] = in[i];
	}
	for (i = 0; i < cap && r == 0; i++)
		r = put_pair(&c->out, tab[i].hash, tab[i].pos);
	free(tab);
	return r;
}

int
cdbwrite_finish(struct cdbwrite *c)
{
	const struct slot *all = (const struct slot *)buf_data(&c->slots);
	uint32_t start[TABLES + 1] = { 0 }, at[TABLES];
	struct slot *sorted;
	size_t i;
	unsigned t;
	int r = 0;

	if (begin(c) == -1)
		return -1;
	sorted = calloc(c->n + 1, sizeof *sorted);
	if (sorted == NULL)
		return -1;
	for (i = 0; i < c->n; i++)
		start[(all[i].hash & 255) + 1]++;
	for (t = 0; t < TABLES; t++) {
		start[t + 1] += start[t];
		at[t] = start[t];
	}
	for (i = 0; i < c->n; i++)
		sorted[at[all[i].hash & 255]++] = all[i];
	for (t = 0; t < TABLES && r == 0; t++)
		r = put_table(c, t, sorted + start[t], start[t + 1] - start[t]);
	free(sorted);
	return r;
}

void
cdbwrite_free(struct cdbwrite *c)
{
	buf_free(&c->out);
	buf_free(&c->slots);
	c->n = 0;
}
