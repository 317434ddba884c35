/* lines under keys: who waits, who binds, who has the most to wait */
#include "throttle/limitline.h"
#include "throttle/limitdue.h"
#include "tap.h"
#include <stdlib.h>

enum { NOW = 1000000, FLOWS = 12 };

static const struct throttle_rule conn1 = { .key = "a",
	.key_len = 1,
	.conn = 1 },
				  conn2 = {
					  .key = "b", .key_len = 1, .conn = 2
				  };
static const struct bucket_cost one = { { 1, 1, 1 } };
static struct limiter l;
static struct limiter_key *a, *b;
static struct limiter_set *set;

static struct limiter_key *
key_of(const struct throttle_rule *r)
{
	struct limiter_key *k = calloc(1, sizeof *k + 2);

	k->rule = r;
	return k;
}

static void
begin(void)
{
	a = key_of(&conn1);
	b = key_of(&conn2);
	set = calloc(1, sizeof *set + 2 * sizeof set->key[0]);
	set->n = 2;
	set->key[0] = a;
	set->key[1] = b;
	limitdue_reserve(&l, 2);
}

static void
end(void)
{
	limitdue_free(&l);
	free(a);
	free(b);
	free(set);
}

static void
binds(void)
{
	struct limiter_item i = { .jobs = 1 };
	struct limiter_flow f = { .set = set };

	ok(limitline_binding(set, one, NULL, NOW) == NULL, "none binds");
	b->in_flight = 2;
	ok(limitline_binding(set, one, NULL, NOW) == b, "the one without room");
	a->in_flight = 1;
	ok(limitline_binding(set, one, NULL, NOW) == a, "the first of two");
	a->backoff.until_us = NOW + 5;
	b->backoff.until_us = NOW + 9;
	ok(limitline_binding(set, one, NULL, NOW) == b, "the last to be ready");
	a->backoff.until_us = b->backoff.until_us = 0;
	a->in_flight = b->in_flight = 0;
	limitline_put(&l, &f, &i);
	limitline_park(&l, &f, b, NOW);
	ok(limitline_binding(set, one, NULL, NOW) == b, "others wait there");
	ok(limitline_binding(set, one, b, NOW) == NULL, "but I was called");
	limitline_unpark(&f);
	limitline_take(&l, &f, &i);
	limitline_look(&l, b, NOW);
	ok(b->first == NULL && b->parked == 0 && l.held == 0, "nobody is left");
}

static void
waits(void)
{
	struct limiter_item i[3] = { { .jobs = 1 }, { .jobs = 2 },
		{ .jobs = 4 } };
	struct limiter_flow f = { .set = set };

	limitline_put(&l, &f, &i[0]);
	limitline_put(&l, &f, &i[1]);
	is_num(l.held, 3, "jobs that wait");
	a->in_flight = 1;
	limitline_park(&l, &f, a, NOW);
	is_num(a->parked, 3, "under the key");
	ok(f.parked == a && a->first == &f && a->last == &f, "in its line");
	ok(limitdue_next(&l) == a && a->due_us == NOW + LIMITER_TRUST_US,
	    "looked at for its length");
	limitline_put(&l, &f, &i[2]);
	is_num(a->parked, 7, "one more behind");
	limitline_take(&l, &f, &i[1]);
	ok(f.first == &i[0] && i[0].next == &i[2] && f.last == &i[2],
	    "one from the middle");
	is_num(a->parked, 5, "fewer under the key");
	limitline_take(&l, &f, &i[0]);
	limitline_take(&l, &f, &i[2]);
	ok(f.first == NULL && f.last == NULL && l.held == 0, "none");
	limitline_unpark(&f);
	limitline_look(&l, a, NOW);
	ok(limitdue_next(&l) == NULL, "an empty line is not looked at");
	a->in_flight = 0;
}

static void
most(void)
{
	static struct limiter_item i[FLOWS];
	static struct limiter_flow f[FLOWS];
	unsigned n;

	for (n = 0; n < FLOWS; n++) {
		i[n].jobs = n == 0 ? 100 : n == 6 ? 9 : 1;
		limitline_put(&l, &f[n], &i[n]);
		limitline_park(&l, &f[n], a, NOW);
	}
	ok(limitline_heaviest(a) == &f[6], "of those that came last");
	limitline_unpark(&f[6]);
	ok(limitline_heaviest(a) == &f[FLOWS - 1], "the last of equals");
	for (n = 0; n < FLOWS; n++)
		if (f[n].parked != NULL)
			limitline_unpark(&f[n]);
	is_num(a->parked, 0, "nobody waits");
}

int
main(void)
{
	begin();
	binds();
	waits();
	most();
	end();
	return done();
}
