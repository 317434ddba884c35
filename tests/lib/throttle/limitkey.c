/* a key's name, its speed, and when it lets something go */
#include "throttle/limitflow.h"
#include "throttle/limitkey.h"
#include "tap.h"
#include <stdlib.h>

static struct throttle_rule
rule(const char *key, int site, int domain, int via, int tenant)
{
	struct throttle_rule r = { .key = key,
		.key_len = (unsigned)strlen(key) };

	r.match[0] = (uint8_t)site;
	r.match[1] = (uint8_t)domain;
	r.match[2] = (uint8_t)via;
	r.match[3] = (uint8_t)tenant;
	return r;
}

/* of a transaction */
static struct bucket_cost
rcpts(uint32_t n)
{
	return (struct bucket_cost){ { 1, n, 1000 * n } };
}

enum { E = THROTTLE_EACH };

static const struct {
	const char *key;
	int each[4];
	const char *want;
} names[] = {
	{ "*", { 0, 0, 0, 0 }, "*" },
	{ "site:s", { 0, 0, 0, 0 }, "site:s" },
	{ "site:*", { E, 0, 0, 0 }, "site:S1" },
	{ "site:*+via:*", { E, 0, E, 0 }, "site:S1+via:V3" },
	{ "site:x+domain:*+via:p", { 0, E, 0, 0 }, "site:x+domain:D2+via:p" },
	{ "site:*+domain:*+via:*+tenant:*", { E, E, E, E },
	    "site:S1+domain:D2+via:V3+tenant:" },
};

static void
name(void)
{
	static char longest[THROTTLE_VALUE_MAX + 2];
	struct throttle_who who = { { "S1", "D2", "V3", "" }, { 2, 2, 2, 0 } };
	struct throttle_rule r;
	char *out = malloc(LIMITKEY_NAME_MAX); /* exactly: for the sanitizer */
	size_t i, n;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		r = rule(names[i].key, names[i].each[0], names[i].each[1],
		    names[i].each[2], names[i].each[3]);
		n = limitkey_name(out, &r, &who);
		is_str(out, names[i].want, names[i].key);
		is_num(n, strlen(names[i].want), "its length");
	}
	memset(longest, 'v', sizeof longest);
	r = rule("site:*+domain:*+via:*+tenant:*", E, E, E, E);
	for (n = THROTTLE_VALUE_MAX; n <= THROTTLE_VALUE_MAX + 1; n++) {
		for (i = 0; i < 4; i++) {
			who.value[i] = longest;
			who.len[i] = (unsigned)n;
		}
		is_num(limitkey_name(out, &r, &who),
		    strlen(r.key) - 4 + 4 * THROTTLE_VALUE_MAX,
		    "the longest values, cut");
	}
	free(out);
}

/* tags stand behind all labels, in the order of their names */
static void
tags(void)
{
	static const char line[] = "tag:z=*+tag:a=*+tag:m=x+user:* conn=1";
	struct throttle_rules t = { .n = 0 };
	struct throttle_who who = { { NULL }, { 0 } };
	const char *reason;
	char out[LIMITKEY_NAME_MAX];
	int i;

	throttle_add(&t, "tag:z=1 conn=1", 14, &reason);
	throttle_add(&t, line, sizeof line - 1, &reason);
	for (i = 0; i < THROTTLE_LABELS; i++) {
		who.value[i] = &"abcdefghijklmno"[i];
		who.len[i] = 1;
	}
	limitkey_name(out, t.list, &who);
	is_str(out, "user:g+tag:a=i+tag:m=x+tag:z=h", "values of tags");
	throttle_free(&t);
}

static void
speed(void)
{
	static const struct {
		int64_t past; /* since the slot began */
		unsigned want, slot, before;
	} t[] = {
		{ 0, 12, 5, 7 },
		{ LIMITER_SPEED_US - 1, 12, 5, 7 },
		{ LIMITER_SPEED_US, 5, 0, 5 },
		{ 2 * LIMITER_SPEED_US - 1, 5, 0, 5 },
		{ 2 * LIMITER_SPEED_US, 0, 0, 0 },
		{ 99 * (int64_t)LIMITER_SPEED_US, 0, 0, 0 },
	};
	struct throttle_rule r = rule("*", 0, 0, 0, 0);
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct limiter_key k = {
			.rule = &r, .slot_us = 1000, .slot = 5, .slot_before = 7
		};

		is_num(limitkey_speed(&k, 1000 + t[i].past), t[i].want,
		    "speed");
		is_num(k.slot, t[i].slot, "of this slot");
		is_num(k.slot_before, t[i].before, "and of the one before");
	}
}

static void
ready(void)
{
	struct throttle_rule r = rule("*", 0, 0, 0, 0);
	struct limiter_key k = { .rule = &r };

	r.conn = 2;
	is_num(limitkey_ready(&k, rcpts(1), 1000), 1000,
	    "nothing is on its way");
	k.in_flight = 1;
	is_num(limitkey_ready(&k, rcpts(1), 1000), 1000, "one below");
	k.in_flight = 2;
	is_num(limitkey_ready(&k, rcpts(1), 1000), LIMITKEY_NEVER,
	    "not before something ends");
	k.in_flight = 0;
	k.backoff.until_us = 5000;
	is_num(limitkey_closed(&k, 4999), 1, "closed");
	is_num(limitkey_ready(&k, rcpts(1), 4999), 5000, "until then");
	is_num(limitkey_allowed(&k, 4999), 0, "no line");
	is_num(limitkey_closed(&k, 5000), 0, "open");
	is_num(limitkey_ready(&k, rcpts(1), 5000), 5000, "now");
	ok(limitkey_allowed(&k, 5000) >= LIMITER_BACKLOG_MIN, "a line");
	k.backoff.until_us = 0;
	is_num(limitkey_clear(&k, 5000), 1, "nothing to remember");
	k.backoff.limit = 1;
	k.backoff.failed_us = 5000;
	is_num(limitkey_clear(&k, 5000 + BACKOFF_FORGET_US), 0, "a failure is");
	is_num(limitkey_clear(&k, 5001 + BACKOFF_FORGET_US), 1, "for a while");
}

int
main(void)
{
	name();
	tags();
	speed();
	ready();
	return done();
}
