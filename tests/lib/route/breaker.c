/* sites that cannot be reached: when nothing goes there, and when again */
#include "route/breaker.h"
#include "tap.h"
#include <stdio.h>

#define S INT64_C(1000000)

static struct breakers b;
static const struct breaker_rule rule = { 3, 10, 35, 7 };

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

/* ".": a job goes; "probe" is what the caller knows; else what keeps it */
static int
goes(const char *site, int64_t now_us)
{
	return breaker_ask(&b, &rule, slice(site), 1, now_us) == NULL;
}

static const struct breaker_site *
result(const char *site, const char *more, int64_t now_us)
{
	static struct ltsv l;
	static char line[1000];
	int n =
	    snprintf(line, sizeof line, "id:a\tn:0\tsite:%s\t%s\n", site, more);

	ltsv_parse(line, (size_t)n, &l);
	return breaker_result(&b, &l, now_us);
}

#define FAILS "status:deferred\thost:h\tclass:connect\ttext:no\\tway"

static void
words(void)
{
	static const struct {
		const char *text;
		struct breaker_rule want; /* failures 0: it is none */
	} cases[] = {
		{ "3/1m", { 3, 60, 60, 0 } },
		{ "1000/1s..1d", { 1000, 1, 86400, 0 } },
		{ "1/5s..5s", { 1, 5, 5, 0 } },
		{ "0/1m", { 0 } },
		{ "1001/1m", { 0 } },
		{ "3", { 0 } },
		{ "3/", { 0 } },
		{ "3/0", { 0 } },
		{ "3/2d", { 0 } },
		{ "3/1m..2d", { 0 } },
		{ "3/1m..", { 0 } },
		{ "3/..1m", { 0 } },
		{ "3/2m..1m", { 0 } },
		{ "/1m", { 0 } },
		{ "", { 0 } },
	};
	struct breaker_rule r;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(breaker_scan(slice(cases[i].text), &r),
		    cases[i].want.failures > 0 ? 0 : -1, cases[i].text);
		if (cases[i].want.failures > 0)
			ok(r.failures == cases[i].want.failures &&
				r.least_s == cases[i].want.least_s &&
				r.most_s == cases[i].want.most_s,
			    "and all of it");
	}
}

static void
counting(void)
{
	static const char *const none[] = {
		/* the site has answered, or it is not of the site */
		"status:deferred\thost:h\tclass:rcpt", "status:sent\thost:h",
		"status:bounced\thost:h\tclass:dot"
	};
	static const char *const silent[] = { "status:deferred\tclass:dns",
		"status:later\tclass:limit", "status:deferred\tclass:connect" };
	size_t i;

	ok(result("x", FAILS, 0) == NULL, "nobody has asked for it");
	for (i = 0; i < 3; i++) {
		ok(goes("x", 0), "it goes");
		result("x", FAILS, 0);
		result("x", FAILS, 0);
		ok(result("x", none[i], 0) == NULL, none[i]);
	}
	result("x", FAILS, 0);
	result("x", FAILS, 0);
	for (i = 0; i < 3; i++)
		ok(result("x", silent[i], 0) == NULL, silent[i]);
	ok(goes("x", 0), "two in a row are not three");
	ok(result("x", "status:deferred\thost:h\tclass:greeting\ttext:no", 0) !=
		NULL,
	    "three are");
	ok(!goes("x", 0), "nothing goes");
	ok(goes("y", 0), "to this site");
	breaker_free(&b);
}

static void
probes(void)
{
	const struct breaker_site *s;
	int i;

	goes("x", 0);
	for (i = 0; i < 3; i++)
		s = result("x", FAILS, 0);
	if (!ok(s != NULL && s->state == BREAKER_OPEN, "opened"))
		return;
	is_str(s->text, "no\\tway", "why, as it stood there");
	is_num(s->failures, 3, "after so many");
	ok(!goes("x", 10 * S - 1), "for ten seconds");
	ok(result("x", FAILS, 5 * S) == NULL, "what went before says no more");
	ok(breaker_ask(&b, &rule, slice("x"), 0, 10 * S) == NULL,
	    "who only asks would go");
	ok(goes("x", 10 * S), "then one goes");
	ok(!goes("x", 10 * S), "and nobody else");
	s = result("x", FAILS, 11 * S);
	ok(s != NULL && s->wait_s == 20, "it fails: twice the time");
	ok(!goes("x", 31 * S - 1) && goes("x", 31 * S), "then another");
	s = result("x", FAILS, 31 * S);
	ok(s != NULL && s->wait_s == 35, "never more than the rule says");
	ok(goes("x", 66 * S) && !goes("x", 100 * S), "one that does not come");
	ok(goes("x", 101 * S), "another goes");
	ok(result("x", "status:later\tclass:limit", 102 * S) == NULL &&
		!goes("x", 103 * S - 1) && goes("x", 103 * S),
	    "one that was kept elsewhere: soon another");
	s = result("x", "status:bounced\thost:h\tclass:rcpt", 104 * S);
	ok(s != NULL && s->state == BREAKER_CLOSED, "it answers: closed");
	ok(goes("x", 104 * S) && goes("x", 104 * S), "all go");
	for (i = 0; i < 3; i++)
		s = result("x", FAILS, 105 * S);
	ok(s != NULL && s->wait_s == 10, "and later it begins anew");
	breaker_free(&b);
}

static void
limits(void)
{
	char name[BREAKER_SITE_MAX + 2], text[BREAKER_TEXT_MAX + 100];
	const struct breaker_site *s = NULL;
	unsigned i, k;

	memset(name, 'a', sizeof name);
	for (i = BREAKER_SITE_MAX; i <= BREAKER_SITE_MAX + 1; i++) {
		name[i] = '\0';
		goes(name, 0);
		name[i] = 'a';
		is_num((long)b.sites.n, 1, "bytes of a site");
	}
	breaker_free(&b);
	for (i = 0; i <= BREAKER_SITES_MAX; i++) {
		snprintf(name, sizeof name, "s%u", i);
		goes(name, 0);
		result(name, FAILS, 0);
	}
	is_num((long)b.sites.n, BREAKER_SITES_MAX, "as many as may be");
	for (k = 0; k < 3; k++)
		s = result(name, FAILS, 0);
	ok(s == NULL && goes(name, 0), "one more is let go");
	result("s1", "status:sent\thost:h", 0);
	goes(name, 0);
	snprintf(text, sizeof text,
	    "status:deferred\thost:h\tclass:connect\ttext:%0*d",
	    BREAKER_TEXT_MAX + 1, 0);
	for (k = 0; k < 3; k++)
		s = result(name, text, 0);
	ok(s != NULL && strlen(s->text) == BREAKER_TEXT_MAX,
	    "in place of one that is well; its text is cut");
	breaker_free(&b);
}

int
main(void)
{
	words();
	counting();
	probes();
	limits();
	return done();
}
