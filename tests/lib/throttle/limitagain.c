/* what is said of who may not go: the limit, and when to ask again */
#include "throttle/limitagain.h"
#include "throttle/limitflow.h"
#include "tap.h"

#define S INT64_C(1000000)

/* of a transaction */
static struct bucket_cost
rcpts(uint32_t n)
{
	return (struct bucket_cost){ { 1, n, 1000 * n } };
}

static void
why(void)
{
	static const struct throttle_rate rate = { .limit = { 60000000, 6, 5 },
		.n = 6,
		.what = BUCKET_RCPTS,
		.unit = "m" };
	struct throttle_rule r = { .key = "*", .key_len = 1 };
	struct limiter_rate counts = { .booked_us = 0 };
	struct limiter_key k = { .rule = &r, .rate = &counts };
	struct limiter_item front = { .jobs = 4 };
	struct limiter_flow f = { .first = &front };
	char out[LIMITER_WHY_LEN];

	r.conn = 2;
	r.n_rates = 1;
	r.rate[0] = rate;
	limitagain_why(&k, rcpts(1), 1000, out);
	is_str(out, "conn=2", "a rate that lets one go does not bind");
	bucket_take(&counts.now, &rate.limit, 3, 1000);
	limitagain_why(&k, rcpts(2), 1000, out);
	is_str(out, "conn=2", "nor for two");
	limitagain_why(&k, rcpts(3), 1000, out);
	is_str(out, "rcpt-rate=6/m", "but for three");
	k.first = &f;
	limitagain_why(&k, rcpts(1), 1000, out);
	is_str(out, "rcpt-rate=6/m", "or for one behind four");
	k.first = NULL;
	r.conn = 0;
	limitagain_why(&k, rcpts(1), 1000, out);
	is_str(out, "rcpt-rate=6/m", "and where there is nothing else");
}

/* the caps of a key, used up but for one recipient, at 1000; turn_s: when they
 * turn, by the limiter's clock */
static struct calendar calendars[2];
static struct limiter_count used[2];
static struct throttle_rule capped = { .key = "site:*",
	.key_len = 6,
	.conn = 2,
	.n_caps = 2,
	.cap = { { .n = 9,
		     .what = BUCKET_RCPTS,
		     .span = ZONE_HOUR,
		     .calendar = &calendars[0] },
	    { .n = 1000000,
		.what = BUCKET_TXNS,
		.span = ZONE_DAY,
		.calendar = &calendars[1] } } };
static struct limiter_key key = { .rule = &capped, .count = used };

static void
fill(int64_t hour_s, int64_t day_s, unsigned day_used)
{
	calendars[0].end_s = hour_s;
	calendars[1].end_s = day_s;
	calendars[0].end_us = hour_s * S;
	calendars[1].end_us = day_s * S;
	used[0].used = 8;
	used[1].used = day_used;
	used[0].turn_s = used[1].turn_s = 0;
}

static void
why_caps(void)
{
	char out[LIMITER_WHY_LEN];
	char zone[ZONE_NAME_MAX + 1], want[LIMITER_WHY_LEN + 1];

	fill(100, 200, 1);
	limitagain_why(&key, rcpts(1), S, out);
	is_str(out, "conn=2", "a cap that lets one go does not bind");
	limitagain_why(&key, rcpts(2), S, out);
	is_str(out, "rcpt-cap=9/hour", "but for two");
	fill(100, 200, 1000000);
	limitagain_why(&key, rcpts(2), S, out);
	is_str(out, "cap=1000000/day", "the one that turns last");
	key.backoff.until_us = 201 * S;
	limitagain_why(&key, rcpts(2), S, out);
	is_str(out, "backoff=0..0", "but what is closed for longer");
	key.backoff.until_us = 0;
	memset(zone, 'z', ZONE_NAME_MAX);
	zone[ZONE_NAME_MAX] = '\0';
	strcpy(capped.cap[1].zone, zone);
	limitagain_why(&key, rcpts(2), S, out);
	snprintf(want, sizeof want, "cap=1000000/day@%s", zone);
	is_str(out, want, "the longest one, whole");
	capped.cap[1].zone[0] = '\0';
}

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	(void)zone;
	*begin_s = at_s;
	*end_s = at_s + (span == ZONE_DAY ? 86400 : 3600);
}

static void
say(void)
{
	static struct limiter_set none; /* of keys with rates */
	struct limiter_item item = { .jobs = 3, .set = &none };
	const struct limiter l = { .turn = turn };

	fill(100, 200, 1000);
	capped.n_caps = 0;
	capped.match[THROTTLE_PROVIDER] = THROTTLE_EACH;
	key.jobs = 20;
	key.in_flight = 2;
	limitagain_say(&l, &item, &key, S);
	is_num(item.room, -1, "connections of a provider: not of the site");
	ok(item.provider_room >= 20, "but of his jobs there");
	key.backoff.until_us = 9 * S;
	limitagain_say(&l, &item, &key, S);
	is_num(item.provider_room, 0, "closed: none");
	is_num(item.next_us, 9 * S, "until then");
	capped.match[THROTTLE_TENANT] = THROTTLE_EACH;
	limitagain_say(&l, &item, &key, S);
	is_num(item.provider_room, -1, "of a tenant, too: nothing of his");
	ok(item.line_by == capped.key, "but of all that wait for the key");
	is_num(item.line_room, 0, "while it is closed none");
	is_num(item.line_until_us, 9 * S, "until it opens");
	key.backoff.until_us = 900 * S;
	limitagain_say(&l, &item, &key, S);
	is_num(item.line_until_us, S + LIMITER_AGAIN_MAX_US,
	    "or until one is to ask");
	key.back = 1;
	item.line_by = NULL;
	limitagain_say(&l, &item, &key, S);
	ok(item.line_by == NULL, "for one pool of several: nothing of others");
	key.back = 0;
	key.backoff.until_us = 0;
	limitagain_say(&l, &item, &key, S);
	ok(item.line_room >= 20 + LIMITER_BACKLOG_MIN, "open: what may wait");
	is_num(item.line_until_us, 6 * S, "for as long as that of a slow site");
	key.backoff.until_us = 9 * S;
	capped.match[THROTTLE_TENANT] = capped.match[THROTTLE_PROVIDER] =
	    THROTTLE_ANY;
	key.backoff.until_us = 0;
	key.jobs = key.in_flight = 0;
	capped.n_caps = 2;
	fill(100, 200, 1);
	capped.match[THROTTLE_SITE] = THROTTLE_EACH;
	limitagain_say(&l, &item, &key, S);
	is_num(item.room, 0, "a cap of a site: nobody to it");
	is_num(item.next_us, 100 * S, "until it turns");
	item.line_by = NULL;
	limitagain_say(&l, &item, &key, S);
	ok(item.line_by == NULL, "which needs no line");
	capped.match[THROTTLE_TENANT] = THROTTLE_EACH;
	for (unsigned i = 0; i < 9; i++) {
		limitagain_say(&l, &item, &key, S);
		is_num(item.room, -1, "of a tenant, too: nothing of the site");
		is_num(item.next_us, (100 + i / 3 * 3600) * S,
		    "as many at each turn as may go then");
		limitagain_ask(&l, &item, &key, S);
		is_num(item.next_us, (100 + (i + 1) / 3 * 3600) * S,
		    "who only asks is told what the next one is");
	}
	is_num(item.line_room, 0, "nor does anybody in the line go");
	is_num(item.line_until_us, 100 * S, "until it turns");
	limitagain_say(&l, &item, &key, 91 * S);
	is_num(item.next_us, 100 * S, "who comes a little early: then");
	key.backoff.until_us = 50 * S;
	limitagain_say(&l, &item, &key, S);
	is_num(item.next_us, 50 * S, "closed: when it opens");
	key.backoff.until_us = 0;
}

int
main(void)
{
	why();
	why_caps();
	say();
	return done();
}
