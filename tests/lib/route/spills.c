/* which sources and pools have no more to give */
#include "route/spills.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define S INT64_C(1000000)

static struct spills s;

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static int
learn(const char *by, const char *of, int64_t until_us, int64_t now_us)
{
	return spills_learn(&s, slice(by), slice(of), until_us, now_us);
}

static struct spills_who who;
static struct slice tags[] = { { "a=b", 3 }, { "Campaign=x+y", 12 } };

static void
anybody(void)
{
	who = (struct spills_who){ .site = slice("mx.example"),
		.domain = slice("example"),
		.via = slice("bulk"),
		.tenant = slice("acme"),
		.provider = slice("big"),
		.src = slice("192.0.2.1"),
		.user = slice("u"),
		.tag = tags,
		.n_tag = 2 };
}

static void
keys(void)
{
	static const struct {
		const char *by, *of;
		int fits;
	} cases[] = {
		{ "src", "192.0.2.1", 1 },
		{ "src", "192.0.2.2", 0 },
		{ "via", "192.0.2.1", 0 },
		{ "site+via", "mx.example+bulk", 1 },
		{ "site+via", "bulk+mx.example", 0 },
		{ "provider+src", "big+192.0.2.1", 1 },
		{ "domain+tenant+src+user", "example+acme+192.0.2.1+u", 1 },
		{ "src+tag:a", "192.0.2.1+b", 1 },
		{ "src+tag:campaign", "192.0.2.1+x+y", 1 },
		{ "src+tag:none", "192.0.2.1+", 0 },
		{ "src+nonsense", "192.0.2.1+", 0 },
	};
	size_t i;

	anybody();
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		spills_forget(&s);
		is_num(spills_until(&s, &who, 0), 0, "nothing is known");
		is_num(learn(cases[i].by, cases[i].of, 5 * S, 0), 1, "learned");
		is_num(spills_until(&s, &who, 0),
		    cases[i].fits ? 5 * (long)S : 0, cases[i].by);
	}
}

static void
times(void)
{
	spills_forget(&s);
	learn("src", "192.0.2.1", 5 * S, 0);
	is_num(spills_until(&s, &who, 5 * S - 1), 5 * S, "until then");
	is_num(spills_until(&s, &who, 5 * S), 0, "and no longer");
	learn("src", "192.0.2.1", 9 * S, S);
	is_num(spills_until(&s, &who, 2 * S), 5 * S, "the first time counts");
	learn("src", "192.0.2.1", 4 * S, S);
	is_num(spills_until(&s, &who, 2 * S), 4 * S, "or one before it");
	learn("src", "192.0.2.1", 9 * S, 6 * S);
	is_num(spills_until(&s, &who, 6 * S), 9 * S, "once it is over anew");
	learn("via", "bulk", 12 * S, 6 * S);
	is_num(spills_until(&s, &who, 6 * S), 12 * S, "the later of two keys");
	is_num(learn("src", "192.0.2.3", 6 * S, 6 * S), 0, "over already");
	learn("src", "192.0.2.4", INT64_MAX, S);
	who.src = slice("192.0.2.4");
	who.via = slice("x");
	is_num(spills_until(&s, &who, S), S + SPILLS_FOR_MAX_S * S,
	    "nothing for longer than a day");
}

/* at each bound, and one above */
static void
limits(void)
{
	char by[SPILLS_BY_MAX + 2], of[SPILLS_OF_MAX + 2];
	unsigned i;

	spills_forget(&s);
	memset(by, 'b', sizeof by);
	by[SPILLS_BY_MAX] = '\0';
	is_num(learn(by, "x", S, 0), 1, "labels as long as may be");
	by[SPILLS_BY_MAX] = 'b';
	by[SPILLS_BY_MAX + 1] = '\0';
	is_num(learn(by, "x", S, 0), 0, "and one byte more");
	memset(of, 'v', sizeof of);
	of[SPILLS_OF_MAX] = '\0';
	is_num(learn("src", of, S, 0), 1, "values as long as may be");
	who.src = slice(of);
	is_num(spills_until(&s, &who, 0), S, "which is found");
	of[SPILLS_OF_MAX] = 'v';
	of[SPILLS_OF_MAX + 1] = '\0';
	is_num(learn("src", of, S, 0), 0, "and one byte more");
	for (i = 2; i < SPILLS_SHAPES_MAX; i++) {
		snprintf(by, sizeof by, "src+tag:t%u", i);
		is_num(learn(by, "x", S, 0), 1, by);
	}
	is_num(learn("via", "x", S, 0), 0, "one more");
	spills_forget(&s);
	for (i = 0; i < SPILLS_MAX; i++) {
		snprintf(of, sizeof of, "192.0.2.%u", i);
		if (!learn("src", of, S + i, 0))
			break;
	}
	is_num(i, SPILLS_MAX, "as many values as may be");
	is_num(learn("src", "more", S, 0), 0, "one more");
	is_num(learn("src", "more", 9 * S, 2 * S), 1, "in place of old ones");
	is_num((long)s.by_value.n, 1, "which have gone");
	spills_forget(&s);
}

/* what a job costs whose 4 sources are looked for under 4 keys, 10^5 times */
static void
cost(void)
{
	static const char *const by[] = { "src", "provider+src", "site+src",
		"src+tag:campaign" };
	struct timespec a, b;
	char of[64];
	unsigned i, k;
	long sum = 0, ns;

	anybody();
	for (k = 0; k < 4; k++)
		for (i = 0; i < 2000; i++) {
			snprintf(of, sizeof of, "big+192.0.2.%u", i);
			learn(by[k], of, S, 0);
		}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (i = 0; i < 400000; i++)
		sum += spills_until(&s, &who, 0) != 0;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	ns = (b.tv_sec - a.tv_sec) * 1000000000L + b.tv_nsec - a.tv_nsec;
	printf("# %ld ns for a job with 4 sources (%ld)\n", ns / 100000, sum);
	ok(ns / 100000 < 50000, "cheap, though this machine be slow");
	spills_forget(&s);
}

int
main(void)
{
	keys();
	times();
	limits();
	cost();
	return done();
}
