#include "queue/nametable.h"
#include "tap.h"
#include <stdlib.h>

/* the longest chain */
static unsigned
longest(const struct nametable *t)
{
	unsigned n, most = 0;
	uint32_t c, i;

	for (c = 0; c < t->index.chains; c++) {
		n = 0;
		for (i = t->index.chain[c]; i != NAMETABLE_NONE;
		     i = t->name[i].next)
			n++;
		most = n > most ? n : most;
	}
	return most;
}

/* names of strangers, who know this program: any choice of one of each pair has
 * the same FNV-1a hash as any other */
static void
alike(void)
{
	static const char pair[12][2][10] = { { "dalvd550n", "vwybs97ws" },
		{ "tezezuduv", "jsfffmva5" }, { "1l4iy1mue", "kfyn86pe4" },
		{ "b59t2xjvr", "1i8x3i7t1" }, { "oyedtqz4x", "fkwyggd3d" },
		{ "6zt8lv8e2", "bm78v7r08" }, { "b8hbri5tj", "7k76m2how" },
		{ "cfd67sg4o", "v2ykotrxd" }, { "bsy6c7001", "eykuwuhzs" },
		{ "2401vgbbp", "18apgd7x6" }, { "4v9e0tawp", "ms7m57c3j" },
		{ "orooqqwyc", "4gv01jb8l" } };
	struct nametable t = { .seed = 1 }, u = { .seed = 2 };
	char name[108];
	uint32_t i, k;
	int fresh;

	for (i = 0; i < 4096; i++) {
		for (k = 0; k < 12; k++)
			memcpy(name + 9 * k, pair[k][i >> k & 1], 9);
		nametable_get(&t, name, sizeof name, &fresh);
		nametable_get(&u, name, sizeof name, &fresh);
	}
	ok(t.n == 4096 && longest(&t) < 20, "4096 of them are spread");
	ok(t.name[0].hash != u.name[0].hash, "by chance, nobody knows how");
	nametable_free(&t);
	nametable_free(&u);
}

int
main(void)
{
	struct nametable t = { 0 };
	uint32_t a, b, i, bad = 0;
	char name[32];
	int fresh;

	is_num(nametable_find(&t, "a", 1), NAMETABLE_NONE, "nothing there");
	a = nametable_get(&t, "a", 1, &fresh);
	is_num(fresh, 1, "a new name");
	is_num(nametable_get(&t, "a", 1, &fresh), a, "the same number");
	is_num(fresh, 0, "not new");
	b = nametable_get(&t, "", 0, &fresh);
	ok(b != a && nametable_find(&t, "", 0) == b,
	    "the empty name is one too");
	is_num(nametable_put(&t, a), 0, "a reference less");
	is_num(nametable_put(&t, a), 1, "the last");
	is_num(nametable_find(&t, "a", 1), NAMETABLE_NONE, "gone");
	is_num(nametable_get(&t, "c", 1, &fresh), a,
	    "its number is used again");
	for (i = 0; i < 50000; i++) {
		snprintf(name, sizeof name, "name%u", i);
		nametable_get(&t, name, strlen(name), &fresh);
		bad += !fresh;
	}
	for (i = 0; i < 50000; i++) {
		snprintf(name, sizeof name, "name%u", i);
		a = nametable_find(&t, name, strlen(name));
		bad += a == NAMETABLE_NONE || t.name[a].len != strlen(name) ||
		    memcmp(t.name[a].s, name, strlen(name)) != 0;
		if (i % 2)
			bad += !nametable_put(&t, a);
	}
	for (i = 0; i < 50000; i++) {
		snprintf(name, sizeof name, "name%u", i);
		bad += (nametable_find(&t, name, strlen(name)) ==
			   NAMETABLE_NONE) != i % 2;
	}
	is_num(bad, 0, "50,000 names, half of them put back");
	is_num(t.index.n, 25002, "counted");
	nametable_free(&t);
	alike();
	return done();
}
