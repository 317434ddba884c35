/* the limiter's keys by their names */
#include "throttle/limitkeys.h"
#include "tap.h"
#include "throttle/limitbook.h"

static struct limiter l;

static const struct throttle_rule *
rule(const char *line)
{
	const char *reason;

	throttle_add(&l.rules, line, strlen(line), &reason);
	return l.rules.list;
}

static struct limiter_key *
get(const struct throttle_rule *r, const char *back, const char *site)
{
	struct throttle_who who = { { NULL }, { 0 } };

	who.value[THROTTLE_SITE] = site;
	who.len[THROTTLE_SITE] = (unsigned)strlen(site);
	return limitkeys_get(&l, r, back, &who, 1000);
}

int
main(void)
{
	const struct throttle_rule *conn, *rate;
	struct limiter_key *a, *b;

	limiter_open(&l, 7);
	conn = rule("site:* conn=3");
	rate = rule("site:*+via:x rate=10/m burst=5");
	a = get(conn, NULL, "a");
	is_str(a->name, "site:a", "the name has the value of the job");
	ok(get(conn, NULL, "a") == a, "the same again");
	ok(get(conn, NULL, "b") != a, "another value, another key");
	ok(get(rate, NULL, "a") != a, "another rule, too");
	b = get(conn, "pool1", "a");
	is_str(b->name, "site:a+via:pool1", "the back of a pool");
	ok(b->back && b->rate == NULL, "which has no limits but back-off");
	ok(limitkeys_named(&l, conn, "site:a", 6, 1000) == a, "by its name");
	limitkeys_free(&l, a);
	limitkeys_free(&l, b);
	is_num((long)l.keys.n, 2, "two have gone");
	l.begun_us = l.lost_us = 1000;
	a = get(rate, NULL, "c");
	is_num(a->rate[0].now.at_us, 1000 + 30000000,
	    "one that may have let go before begins as used up");
	limiter_close(&l);
	return done();
}
