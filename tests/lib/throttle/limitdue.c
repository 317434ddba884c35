/* keys in the order in which they are to be looked at */
#include "throttle/limitdue.h"
#include "tap.h"

enum { KEYS = 200 };

static struct limiter l;
static struct limiter_key *key[KEYS];

static void
order(void)
{
	const struct limiter_key *k;
	int64_t last = 0;
	int n = 0, in_order = 1;

	while ((k = limitdue_next(&l)) != NULL) {
		in_order &= k->due_us >= last;
		last = k->due_us;
		n++;
		limitdue_set(&l, (struct limiter_key *)k, LIMITKEY_NEVER);
	}
	is_num(n, KEYS - 1, "all but the one that has gone");
	ok(in_order, "the earliest first");
}

int
main(void)
{
	size_t i;

	ok(limitdue_next(&l) == NULL, "none yet");
	is_num(limitdue_reserve(&l, KEYS), 0, "room");
	for (i = 0; i < KEYS; i++) {
		key[i] = calloc(1, sizeof **key + 1);
		limitdue_set(&l, key[i], (int64_t)(i * 7919 % 1000));
	}
	ok(limitdue_next(&l) == key[0], "the first");
	limitdue_set(&l, key[5], -1);
	ok(limitdue_next(&l) == key[5], "one that comes to be first");
	limitdue_set(&l, key[5], 5000);
	ok(limitdue_next(&l) == key[0], "or last again");
	limitdue_cut(&l, key[0]);
	ok(limitdue_next(&l) != key[0], "one that goes");
	limitdue_cut(&l, key[0]);
	order();
	limitdue_set(&l, key[3], 3);
	ok(limitdue_next(&l) == key[3], "one that comes back");
	limitdue_free(&l);
	for (i = 0; i < KEYS; i++)
		free(key[i]);
	return done();
}
