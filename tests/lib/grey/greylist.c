/* greylisting in virtual time */
#include "grey/greylist.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>

enum { WAIT = 300, WINDOW = 86400, LIFETIME = 3000000, KNOWN = 2 };

static const struct greylist_conf conf = { WAIT, WINDOW, LIFETIME, KNOWN };
static struct greylist g;

static size_t
who_len(const char *key)
{
	return strcspn(key, "|");
}

/* what an attempt gets, as a word with seconds; and it happens */
static const char *
attempt(const char *key, int64_t now)
{
	static const char *const word[] = { "first", "early", "retried",
		"again", "known" };
	static char t[64];
	int64_t s;
	enum greylist_verdict v =
	    greylist_look(&g, key, strlen(key), who_len(key), now, &s);

	snprintf(t, sizeof t, "%s %lld", word[v], (long long)s);
	if (greylist_happened(&g, v, key, strlen(key), who_len(key), now) == -1)
		return "no memory";
	return t;
}

static void
times(void)
{
	int64_t t = 1000000;

	greylist_init(&g, &conf, 7);
	is_str(attempt("n|a|b", t), "first 300", "first seen");
	is_str(attempt("n|a|b", t), "early 300", "at the same time");
	is_str(attempt("n|a|b", t + 299), "early 1", "one second early");
	is_str(attempt("n|a|c", t + 299), "first 300", "another recipient");
	is_str(attempt("n|a|b", t + 300), "retried 300", "in time");
	is_str(attempt("n|a|b", t + 300), "again 0", "passes again");
	is_str(attempt("n|a|b", t + 300 + LIFETIME), "again 0",
	    "at the end of its lifetime");
	is_str(attempt("n|a|b", t + 301 + 2 * LIFETIME), "first 300",
	    "behind it: new");
	is_num(g.sums.first, 3, "first");
	is_num(g.sums.early, 2, "early");
	is_num(g.sums.retried, 1, "retried");
	is_num(g.sums.again, 2, "again");
	is_num(g.sums.delay_s, 300, "delay");
	is_num(g.sums.lost, 1, "lost: the other recipient");
	is_num(g.sums.since, t, "since");
	greylist_clear(&g);
	is_num(g.hash.n, 0, "cleared");

	is_str(attempt("n|a|b", t), "first 300", "window");
	is_str(attempt("n|a|b", t + WINDOW), "retried 86400", "its end");
	is_str(attempt("n|a|c", t), "first 300", "window");
	is_str(attempt("n|a|c", t + WINDOW + 1), "first 300", "too late");
	is_num(g.sums.lost, 1, "lost");
	greylist_clear(&g);

	is_str(attempt("n|a|b", t), "first 300", "the clock is set back");
	is_str(attempt("n|a|b", t - 1), "first 300", "it begins anew");
	is_str(attempt("n|a|b", t + 299), "retried 300", "and passes");
	is_str(attempt("n|a|b", t - 5000), "again 0", "passed in the future");
	greylist_clear(&g);

	g.conf.wait_s = 0;
	is_str(attempt("n|a|b", t), "first 0", "no wait: once");
	is_str(attempt("n|a|b", t), "retried 0", "and passes");
	greylist_clear(&g);
}

static void
hosts(void)
{
	int64_t t = 1000000;

	greylist_init(&g, &conf, 7);
	attempt("n|a|b", t);
	attempt("n|a|c", t);
	attempt("m|a|b", t);
	is_str(attempt("n|a|b", t + 300), "retried 300", "one passed");
	is_str(attempt("n|x|y", t + 300), "first 300", "not known yet");
	is_str(attempt("n|a|b", t + 301), "again 0",
	    "the same again does not count");
	is_num(greylist_known(&g, t + 301), 0, "none known");
	is_str(attempt("n|a|c", t + 400), "retried 400", "two passed");
	is_num(greylist_known(&g, t + 400), 1, "known");
	is_str(attempt("n|v|w", t + 400), "known 0", "passes at once");
	is_str(attempt("n|x|y", t + 401), "known 0", "so does who waits");
	is_str(attempt("m|v|w", t + 401), "first 300", "not others");
	is_str(attempt("n|v|w", t + 401 + LIFETIME), "known 0",
	    "at the end of its lifetime");
	is_str(attempt("n|v|w", t + 402 + 2 * LIFETIME), "first 300",
	    "behind it");
	is_str(attempt("n|v|w", t + 702 + 2 * LIFETIME), "retried 300",
	    "passes");
	is_str(attempt("n|v|x", t + 702 + 2 * LIFETIME), "first 300",
	    "and counts from one");
	attempt("q|a|1", t + 703 + 2 * LIFETIME);
	attempt("q|a|2", t + 703 + 2 * LIFETIME);
	attempt("q|a|1", t + 1003 + 2 * LIFETIME);
	is_str(attempt("q|a|2", t + 1003 + 2 * LIFETIME), "retried 300",
	    "two recipients of one message");
	is_str(attempt("q|a|3", t + 1003 + 2 * LIFETIME), "first 300",
	    "count as one");
	g.conf.known = 0;
	attempt("n|v|x", t + 1004 + 2 * LIFETIME);
	is_str(attempt("n|v|z", t + 1004 + 2 * LIFETIME), "first 300",
	    "never known");
	greylist_clear(&g);
}

/* exactly as many as there may be; one more: the oldest is forgotten */
static void
room(void)
{
	char key[64];
	unsigned i;
	int64_t s;

	greylist_init(&g, &conf, 7);
	g.conf.known = 0;
	for (i = 0; i < GREYLIST_WAITING_MAX; i++) {
		snprintf(key, sizeof key, "n|a|%u", i);
		attempt(key, 1000);
	}
	is_num(g.list[GREYLIST_WAITS].n, GREYLIST_WAITING_MAX, "all wait");
	is_num(g.sums.dropped, 0, "none was dropped");
	attempt("n|a|x", 1000);
	is_num(g.list[GREYLIST_WAITS].n, GREYLIST_WAITING_MAX, "one more");
	is_num(g.sums.dropped, 1, "one was dropped");
	is_num(greylist_look(&g, "n|a|0", 5, 1, 1001, &s), GREYLIST_FIRST,
	    "the oldest");
	is_num(greylist_look(&g, "n|a|1", 5, 1, 1001, &s), GREYLIST_EARLY,
	    "not the second");
	greylist_clear(&g);

	g.list[GREYLIST_PASSED].max = 2;
	g.list[GREYLIST_HOST].max = 2;
	for (i = 0; i < 3; i++) {
		snprintf(key, sizeof key, "%u|a|b", i);
		attempt(key, 1000);
		attempt(key, 1300);
		/* the first is used and is not the oldest */
		if (i == 1)
			is_str(attempt("0|a|b", 1301), "again 0", "used");
	}
	is_num(g.list[GREYLIST_PASSED].n, 2, "passed");
	is_num(g.list[GREYLIST_HOST].n, 2, "networks");
	is_str(attempt("1|a|b", 1302), "first 300", "who was not used");
	is_str(attempt("0|a|b", 1302), "again 0", "who was used");
	is_num(greylist_restore(&g, GREYLIST_PASSED, "9|a|b", 5, 1, 1, 1302, 1),
	    0, "restored");
	is_num(g.list[GREYLIST_PASSED].n, 2, "within the limit");
	greylist_clear(&g);
}

/* what happened to who was forgotten meanwhile */
static void
forgotten(void)
{
	greylist_init(&g, &conf, 7);
	is_num(greylist_happened(&g, GREYLIST_EARLY, "n|a|b", 5, 1, 10), 0,
	    "early");
	is_num(greylist_happened(&g, GREYLIST_AGAIN, "n|a|b", 5, 1, 10), 0,
	    "again");
	is_num(greylist_happened(&g, GREYLIST_KNOWN, "n|a|b", 5, 1, 10), 0,
	    "known");
	is_num(g.hash.n, 0, "nothing is there");
	is_num(greylist_happened(&g, GREYLIST_RETRIED, "n|a|b", 5, 1, 10), 0,
	    "retried");
	is_str(attempt("n|a|b", 11), "again 0", "has passed");
	is_num(g.sums.delay_s, 0, "no delay is known");
	greylist_clear(&g);
}

int
main(void)
{
	times();
	hosts();
	room();
	forgotten();
	return done();
}
