#include "queue/idemtable.h"
#include "tap.h"
#include <stdlib.h>

static struct idem_key
key(unsigned n)
{
	struct idem_key k = { 0 };

	memcpy(k.of, &n, sizeof n);
	return k;
}

static unsigned
found(const struct idemtable *t, unsigned n)
{
	struct idem_key k = key(n);
	const struct idemtable_entry *e = NULL;
	unsigned times = 0;

	while ((e = idemtable_find(t, &k, e)) != NULL)
		times += e->segment == n / 10 + 1 && e->at == n;
	return times;
}

static void
add(struct idemtable *t, unsigned n)
{
	struct idem_key k = key(n);

	if (idemtable_add(t, &k, n / 10 + 1, n) == -1)
		exit(1);
}

/* how many of the keys from..to-1 are known, each once */
static unsigned
known(const struct idemtable *t, unsigned from, unsigned to)
{
	unsigned n = 0;

	for (; from < to; from++)
		n += found(t, from) == 1;
	return n;
}

int
main(void)
{
	struct idemtable t;
	struct idem_key k;
	unsigned i;

	is_num(idemtable_open(&t, 100), 0, "room for 100");
	is_num(found(&t, 0), 0, "nothing is known");
	for (i = 0; i < 100; i++)
		add(&t, i);
	is_num(known(&t, 0, 100), 100, "100 keys");
	is_num((long long)t.pushed_out, 0, "none is pushed out");
	add(&t, 100);
	ok(found(&t, 0) == 0 && known(&t, 1, 101) == 100,
	    "one more pushes out the oldest");
	is_num((long long)t.pushed_out, 1, "which is counted");
	for (i = 101; i < 1234; i++)
		add(&t, i);
	is_num(known(&t, 1134, 1234), 100, "round and round: the last 100");
	is_num(known(&t, 0, 1134), 0, "and none of the others");
	idemtable_drop(&t, 3);
	is_num(known(&t, 1131, 1234), 97, "three are dropped");
	is_num(found(&t, 1231), 0, "the newest");
	add(&t, 1231);
	is_num(found(&t, 1231), 1, "one of them comes again");
	idemtable_expire(&t, 120);
	ok(known(&t, 1134, 1200) == 0 && known(&t, 1200, 1232) == 32,
	    "segments expire");
	add(&t, 1205);
	is_num(found(&t, 1205), 2, "the same twice: both are shown");
	k = key(1205);
	k.of[IDEMTABLE_KEY_LEN - 1] ^= 1;
	ok(idemtable_find(&t, &k, NULL) == NULL, "another with the same hash");
	idemtable_drop(&t, 1000);
	ok(t.n == 0 && t.index.n == 0, "all are dropped, and more");
	add(&t, 7);
	is_num(found(&t, 7), 1, "it goes on");
	idemtable_expire(&t, UINT32_MAX);
	is_num(t.n, 0, "all expire");
	idemtable_close(&t);
	is_num(idemtable_open(&t, 1), 0, "room for one");
	add(&t, 1);
	add(&t, 2);
	ok(found(&t, 1) == 0 && found(&t, 2) == 1, "is room for one");
	idemtable_close(&t);
	return done();
}
