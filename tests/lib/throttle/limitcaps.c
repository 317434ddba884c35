/*
 * Caps in virtual time: what goes in each hour and day, whoever asks and
 * whenever, over kills, changed rules and clocks that are set.
 */
#include "throttle/limitbook.h"
#include "throttle/limitflow.h"
#include "tap.h"
#include "timed.h"

#define S INT64_C(1000000)

enum { HOUR = 3600, DAY = 86400, HOURS = 200 };

static struct limiter l;
static struct buf file;
static int64_t now, wall; /* microseconds */
static unsigned went[HOURS];

static void
turn(const char *zone, enum zone_span span, int64_t at_s, int64_t *begin_s,
    int64_t *end_s)
{
	int64_t n = span == ZONE_DAY ? DAY : HOUR;

	(void)zone;
	*begin_s = at_s - at_s % n;
	*end_s = *begin_s + n;
}

static void
pass(int64_t us)
{
	now += us;
	wall += us;
	limiter_clock(&l, wall, now);
}

static void
load(const char *rule)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason = "good";

	throttle_add(&rules, rule, strlen(rule), &reason);
	limiter_clock(&l, wall, now);
	limiter_load(&l, &rules, now);
}

static void
begin(const char *rule)
{
	memset(&l, 0, sizeof l);
	limiter_open(&l, 3);
	l.turn = turn;
	load(rule);
	l.book = &file;
}

/* one transaction: 0 it went, else when it is to come, by the wall */
static int64_t
offer(unsigned jobs, int *room)
{
	static const struct throttle_who who = { { "s", "d", "v", "t" },
		{ 1, 1, 1, 1 } };
	struct limiter_item item = { .jobs = jobs }, *x;
	int64_t next;

	limiter_offer(&l, &item, limiter_flow(&l, &who, now), now);
	x = limiter_pop(&l);
	if (x == NULL) {
		limiter_shut(&l, now);
		l.shut = 0;
		x = limiter_pop(&l);
	}
	limitbook_owed(&l);
	next = x->verdict == LIMITER_GO ? 0 : x->next_us + wall - now;
	if (room != NULL)
		*room = x->room;
	if (next == 0)
		went[wall / S / HOUR % HOURS] += jobs;
	limiter_done(&l, x, BACKOFF_NONE, now);
	return next;
}

/* as after a kill: a new one, from the lines that were written */
static unsigned
kill_it(const char *rule)
{
	struct limitbook_clock c = {
		.boot = "b", .mono_us = now, .wall_us = wall
	};
	struct limitbook_read r = { .was = c };
	struct buf was = file;
	const char *p = buf_data(&was), *end = p + buf_len(&was), *lf;

	limiter_close(&l);
	memset(&file, 0, sizeof file);
	begin(rule);
	l.begun_us = now;
	for (; p != NULL && (lf = memchr(p, '\n', end - p)) != NULL; p = lf + 1)
		limitbook_take(&r, &l, p, lf - p, &c);
	if (r.bad > 0)
		limitbook_lost(&l);
	limitbook_all(&file, &l, draw(2), now);
	buf_free(&was);
	return r.bad;
}

static void
start(const char *rule)
{
	now = 5 * S;
	wall = INT64_C(1790000000) * S / (DAY * S) * (DAY * S);
	memset(went, 0, sizeof went);
	buf_clear(&file);
	begin(rule);
}

static void
finish(void)
{
	limiter_close(&l);
	buf_free(&file);
}

/* whoever asks, and however often it is killed: never more, and all of it */
static void
exact(const char *rule, unsigned jobs, unsigned hour, unsigned day)
{
	int64_t end, first;
	unsigned i, bad = 0, sum = 0;

	start(rule);
	first = wall;
	for (end = wall + 4 * DAY * S; wall < end; pass(draw(20 * S))) {
		offer(1 + draw(jobs), NULL);
		if (draw(200) == 0)
			bad += kill_it(rule);
	}
	is_num(bad, 0, "no line was wrong");
	for (i = 0; i < 4 * 24; i++) {
		sum += went[(first / S / HOUR + i) % HOURS];
		bad += went[(first / S / HOUR + i) % HOURS] > hour;
		if (i % 24 == 23) {
			bad += sum > day || sum + jobs <= day;
			sum = 0;
		}
	}
	is_num(bad, 0, rule);
	finish();
}

/* when those come who are above */
static void
told(void)
{
	int64_t first, at, late = 0;
	int i, bad = 0, room;

	start("tenant:* cap=10/hour");
	first = wall;
	pass(600 * S);
	for (i = 0; i < 10; i++)
		bad += offer(1, NULL) != 0;
	is_num(bad, 0, "ten go at once");
	for (i = 0; i < 300; i++) {
		at = offer(1, &room);
		if (at !=
		    first +
			(1 +
			    (i / 10 < LIMITER_TURNS_MAX
				    ? i / 10
				    : LIMITER_TURNS_MAX - 1)) *
			    HOUR * S)
			bad++;
		late = at;
	}
	is_num(bad, 0, "ten each when it turns, and so on");
	is_num(late, first + LIMITER_TURNS_MAX * HOUR * S, "but not for ever");
	is_num(room, -1, "a tenant has no room to tell of");
	pass(3000 * S - 1);
	ok(offer(1, NULL) != 0, "a moment before");
	pass(1);
	is_num(offer(1, NULL), 0, "when it turns");
	pass(-1800 * S);
	for (i = 0; i < 9; i++)
		bad += offer(1, NULL) != 0;
	is_num(bad, 0, "the clock is set back: what is left");
	ok(offer(1, NULL) != 0, "and no more");
	finish();
	start("site:* cap=10/day rate=1000/s");
	for (i = 0; i < 10; i++, pass(S))
		offer(1, NULL);
	is_num(offer(1, &room), first + DAY * S, "a site is told when");
	is_num(room, 0, "and that there is no room");
	finish();
}

/* who waits here near the turn goes then by itself */
static void
released(void)
{
	static const struct throttle_who who = { { "s", "d", "v", "t" },
		{ 1, 1, 1, 1 } };
	struct limiter_item item = { .jobs = 1 };

	start("tenant:* cap=1/hour");
	pass((HOUR - 10) * S);
	offer(1, NULL);
	limiter_offer(&l, &item, limiter_flow(&l, &who, now), now);
	ok(limiter_pop(&l) == NULL, "ten seconds before it waits");
	is_num(limiter_due(&l), now + 10 * S, "until it turns");
	pass(10 * S);
	limiter_run(&l, now);
	ok(limiter_pop(&l) == &item && item.verdict == LIMITER_GO,
	    "and goes then");
	limiter_done(&l, &item, BACKOFF_GOOD, now);
	finish();
}

static void
changed(void)
{
	int i;

	start("tenant:* cap=10/hour");
	for (i = 0; i < 10; i++)
		offer(1, NULL);
	load("tenant:* cap=12/hour");
	ok(offer(1, NULL) == 0 && offer(1, NULL) == 0 && offer(1, NULL) != 0,
	    "two more by a cap of two more");
	load("tenant:* cap=5/hour");
	ok(offer(1, NULL) != 0, "none by a smaller one");
	kill_it("tenant:* cap=13/hour");
	ok(offer(1, NULL) == 0 && offer(1, NULL) != 0,
	    "the same over a restart");
	load("tenant:* cap=1/day");
	ok(offer(1, NULL) == 0 && offer(1, NULL) != 0,
	    "what counts by the day begins anew");
	((char *)buf_data(&file))[3] ^= 1;
	is_num(kill_it("tenant:* cap=9/day rcpt-cap=100/hour"), 1,
	    "a damaged book");
	ok(offer(1, NULL) != 0, "as if all had gone");
	pass(DAY * S);
	is_num(offer(1, NULL), 0, "until it turns");
	finish();
}

int
main(void)
{
	exact("tenant:* cap=100/hour", 1, 100, 2400);
	exact("tenant:* cap=50/hour cap=1000/day", 1, 50, 1000);
	exact("tenant:* rcpt-cap=500/day", 7, 500, 500);
	told();
	released();
	changed();
	return done();
}
