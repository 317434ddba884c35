/* of whom it is said that another source may go */
#include "throttle/limiter.h"
#include "tap.h"

#define S INT64_C(1000000)

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	(void)zone;
	(void)span;
	*begin_s = at_s - at_s % 86400;
	*end_s = *begin_s + 86400;
}

enum { KEY_SHOWN = 4 }; /* bytes */

/* the second of two transactions of a source and site under a rule; by which key
 * another may go, the front of it */
static int64_t
second(const char *rule, int64_t now_us, char *key)
{
	struct throttle_rules rules = { .n = 0 };
	struct limiter l = { .turn = turn };
	struct limiter_item a = { .jobs = 1 }, b = { .jobs = 1 }, *i;
	struct throttle_who who = { .value = { 0 } };
	const char *reason;
	int64_t until = -1;

	who.value[THROTTLE_SITE] = "mx.example";
	who.len[THROTTLE_SITE] = 10;
	who.value[THROTTLE_VIA] = "p";
	who.len[THROTTLE_VIA] = 1;
	who.value[THROTTLE_SRC] = "192.0.2.1";
	who.len[THROTTLE_SRC] = 9;
	if (throttle_add(&rules, rule, strlen(rule), &reason) == -1)
		printf("# %s: %s\n", rule, reason);
	limiter_open(&l, 1);
	limiter_clock(&l, 86400 * S + now_us, now_us);
	limiter_load(&l, &rules, now_us);
	limiter_clock(&l, 86400 * S + now_us, now_us);
	limiter_offer(&l, &a, limiter_flow(&l, &who, now_us), now_us);
	limiter_offer(&l, &b, limiter_flow(&l, &who, now_us), now_us);
	limiter_shut(&l, now_us + 1);
	while ((i = limiter_pop(&l)) != NULL) {
		if (i == &b && i->verdict == LIMITER_LATER && i->key != NULL) {
			until = i->spill_us;
			snprintf(key, KEY_SHOWN + 1, "%s",
			    until == 0 ? "" : i->spill_key);
		}
		limiter_done(&l, i, BACKOFF_NONE, now_us + 2);
	}
	limiter_close(&l);
	return until;
}

static const struct {
	const char *rule;
	int spills;
} cases[] = {
	{ "src:* rate=1/h burst=1", 1 },
	{ "via:p rate=1/h burst=1", 1 },
	{ "site:*+src:192.0.2.1 rate=1/h burst=1", 1 },
	{ "site:* rate=1/h burst=1", 0 },
	{ "* rate=1/h burst=1", 0 },
	{ "src:* cap=1/day@UTC", 1 },
	{ "site:* cap=1/day@UTC", 0 },
};

int
main(void)
{
	char key[KEY_SHOWN + 1];
	size_t i;
	int64_t until;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		key[0] = '\0';
		until = second(cases[i].rule, 100 * S, key);
		ok(cases[i].spills ? until > 400 * S : until == 0,
		    cases[i].rule);
		if (cases[i].spills)
			ok(memcmp(key, cases[i].rule, KEY_SHOWN) == 0,
			    "and by which key");
	}
	return done();
}
