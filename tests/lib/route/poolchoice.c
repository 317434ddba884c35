/* which source of a pool a key gets: shares, and what moves with a change */
#include "route/poolchoice.h"
#include "memlookup.h"
#include "tap.h"

enum { KEYS = 20000 };

static struct memtable table;
static struct pools_pool pool;

static void
take(const char *text)
{
	struct lookup l;

	memtable_free(&table);
	l = memtable_make(&table, &conffile_pools, text);
	pools_find(&l, "p", 1, &pool);
}

/* the first letter of the source that each key gets */
static void
all(char got[KEYS])
{
	struct pools_source s;
	unsigned i;

	for (i = 0; i < KEYS; i++)
		got[i] = poolchoice(&pool, word_mix(i), NULL, NULL, &s) == 1
		    ? s.name.p[0]
		    : '?';
}

static unsigned
count(const char got[KEYS], char c)
{
	unsigned n = 0, i;

	for (i = 0; i < KEYS; i++)
		n += got[i] == c;
	return n;
}

/* within five standard deviations at least of what the share says */
static void
is_share(unsigned n, double share, const char *what)
{
	double want = share * KEYS, off = n - want;

	ok(off * off <= 25 * want * (1 - share), what);
	if (off * off > 25 * want * (1 - share))
		printf("# %u, want %g\n", n, want);
}

static void
shares(void)
{
	static char got[KEYS], again[KEYS];

	take("p name=a weight=1\np name=b weight=2\np name=c weight=3\n"
	     "p name=d weight=0\n");
	all(got);
	is_share(count(got, 'a'), 1 / 6.0, "a sixth");
	is_share(count(got, 'b'), 2 / 6.0, "two sixths");
	is_share(count(got, 'c'), 3 / 6.0, "three sixths");
	is_num(count(got, 'd') + count(got, '?'), 0, "weight 0: never");
	all(again);
	ok(memcmp(got, again, KEYS) == 0, "the same each time");
	take("p name=a\np name=b\np name=c\np name=d\n");
	all(got);
	is_share(count(got, 'a'), 1 / 4.0, "equal weights, the first");
	is_share(count(got, 'd'), 1 / 4.0, "equal weights, the last");
	take("p name=a weight=1000000\np name=b weight=1\n");
	all(got);
	ok(count(got, 'b') < 10, "a millionth");
	take("p name=a source=192.0.2.1\np name=a source=192.0.2.2\n");
	all(got);
	is_num(count(got, 'a'), KEYS, "two of one name");
}

/* keys that got something else, and not from or to c */
static unsigned
moved_besides(const char a[KEYS], const char b[KEYS], char c)
{
	unsigned n = 0, i;

	for (i = 0; i < KEYS; i++)
		n += a[i] != b[i] && a[i] != c && b[i] != c;
	return n;
}

static void
changes(void)
{
	static char before[KEYS], after[KEYS];

	take("p name=a weight=2\np name=b weight=1\n");
	all(before);
	take("p name=a weight=2\np name=b weight=1\np name=c weight=3\n");
	all(after);
	is_num(moved_besides(before, after, 'c'), 0,
	    "a source added: only what it gets has moved");
	is_share(count(after, 'c'), 1 / 2.0, "and that is its share");
	take("p name=b weight=1\np name=c weight=3\n");
	all(before);
	is_num(moved_besides(before, after, 'a'), 0,
	    "a source gone: only what it had has moved");
	take("p name=c weight=3\n\np name=b weight=1\n");
	all(after);
	ok(memcmp(before, after, KEYS) == 0, "order and lines do not count");
	take("p name=b weight=2\np name=c weight=3\n");
	all(after);
	is_num(count(before, 'c') - count(after, 'c'),
	    (long)(count(after, 'b') - count(before, 'b')), "a weight raised");
	is_share(count(after, 'b'), 2 / 5.0, "to its new share");
}

/* all but one */
static int
not_this(void *arg, const struct pools_source *s)
{
	return s->name.p[0] == *(const char *)arg;
}

static int
none(void *arg, const struct pools_source *s)
{
	(void)arg;
	(void)s;
	return 1;
}

static void
passed_by(void)
{
	static char got[KEYS];
	struct pools_source s;
	unsigned i, bad = 0, n = 0;
	char a[] = "a";

	take("p name=a\np name=b\np name=c\n");
	all(got);
	for (i = 0; i < KEYS; i++) {
		if (poolchoice(&pool, word_mix(i), not_this, a, &s) != 1 ||
		    s.name.p[0] == 'a')
			bad++;
		if (got[i] != 'a')
			bad += s.name.p[0] != got[i];
		else
			n += s.name.p[0] == 'b';
	}
	is_num(bad, 0, "what is passed by loses only its own");
	ok(n > KEYS / 6 * 0.9 && n < KEYS / 6 * 1.1, "to both others");
	is_num(poolchoice(&pool, 1, none, NULL, &s), 0, "all passed by");
	memtable_free(&table);
	memtable_add(&table, "p", 1, "1\tp\t-\t-\t-\t0\n", 12);
	pool.record = (struct slice){ table.record[0].data, 12 };
	is_num(poolchoice(&pool, 1, NULL, NULL, &s), -1, "weights are 0");
	pool.record.n = 5;
	is_num(poolchoice(&pool, 1, NULL, NULL, &s), -1, "damaged");
	memtable_free(&table);
}

/* the bounds of draws and weights */
static void
ranks(void)
{
	static const struct {
		struct poolchoice_rank a, b;
		int better;
	} cases[] = {
		{ { 2, 1 }, { 1, 1 }, 1 },
		{ { 1, 1 }, { 1, 1 }, 0 },
		{ { 0, 1 }, { 0, 2 }, 0 },
		{ { 0, 2 }, { 0, 1 }, 1 },
		{ { UINT64_MAX, 1 }, { 0, POOLS_WEIGHT_MAX }, 1 },
		{ { 0, POOLS_WEIGHT_MAX }, { UINT64_MAX, 1 }, 0 },
		{ { 0, 1 }, { UINT64_MAX, 0 }, 1 },
		{ { UINT64_MAX, 0 }, { 0, 1 }, 0 },
		/* a half at weight 1 is as good as a quarter at weight 2 */
		{ { (UINT64_C(1) << 63) + 1000, 1 }, { UINT64_C(1) << 62, 2 },
		    1 },
		{ { (UINT64_C(1) << 63), 1 },
		    { (UINT64_C(1) << 62) - (UINT64_C(1) << 40), 2 }, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(poolchoice_better(cases[i].a, cases[i].b),
		    cases[i].better, "better");
}

int
main(void)
{
	shares();
	changes();
	passed_by();
	ranks();
	return done();
}
