#include "queue/nametable.h"
#include "tap.h"
#include <stdlib.h>

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
	return done();
}
