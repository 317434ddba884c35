/*
 * A warm-up of a month in virtual time, by the clocks of a place where an hour
 * is left out in it: each day to the message, over kills, whatever waits.
 */
#include "base/zone.h"
#include "throttle/limitbook.h"
#include "throttle/limitflow.h"
#include "tap.h"
#include "timed.h"

#define S INT64_C(1000000)
/* 2027-02-27 12:00 UTC: before it begins */
#define NOON INT64_C(1803729600)
/* when it does */
#define MIDNIGHT (NOON + 35 * 3600)

enum { DAY = 86400, DAYS = 40, FIRST = 20878 /* 2027-03-01 */ };

static const char *rule =
    "provider:*+src:* warm=50,100,200*1.25..20000/2027-03-01@Europe/Berlin";

static struct limiter l;
static struct buf file;
static int64_t now, wall;
static unsigned went[DAYS];

static void
pass(int64_t us)
{
	now += us;
	wall += us;
	limiter_clock(&l, wall, now);
}

static void
begin(void)
{
	struct throttle_rules rules = { .n = 0 };
	const char *reason = "good";

	memset(&l, 0, sizeof l);
	limiter_open(&l, 3);
	l.turn = zone_period;
	l.date = zone_date;
	throttle_add(&rules, rule, strlen(rule), &reason);
	limiter_clock(&l, wall, now);
	limiter_load(&l, &rules, now);
	l.book = &file;
}

/* each look at a zone reads its file */
static int64_t
date_now(void)
{
	static int64_t slot, date;

	if (slot != wall / S / 900) {
		slot = wall / S / 900;
		date = zone_date("Europe/Berlin", wall / S);
	}
	return date;
}

/* one message: when it is to come by the wall, 0: it went */
static int64_t
offer(void)
{
	struct throttle_who who = { { NULL }, { 0 } };
	struct limiter_item item = { .jobs = 1 }, *x;
	int64_t next, day;

	who.value[THROTTLE_PROVIDER] = "big";
	who.len[THROTTLE_PROVIDER] = 3;
	who.value[THROTTLE_SRC] = "new";
	who.len[THROTTLE_SRC] = 3;
	limiter_offer(&l, &item, limiter_flow(&l, &who, now), now);
	x = limiter_pop(&l);
	if (x == NULL) {
		limiter_shut(&l, now);
		l.shut = 0;
		x = limiter_pop(&l);
	}
	limitbook_owed(&l);
	next = x->verdict == LIMITER_GO ? 0 : x->next_us + wall - now;
	if (next == 0) {
		day = date_now() - FIRST + 2;
		if (day >= 0 && day < DAYS)
			went[day]++;
	}
	limiter_done(&l, x, BACKOFF_NONE, now);
	return next;
}

/* as after a kill: from the lines that were written */
static void
kill_it(void)
{
	struct limitbook_clock c = { "b", now, wall };
	struct limitbook_read r = { .was = c };
	struct buf was = file;
	const char *p = buf_data(&was), *end = p + buf_len(&was), *lf;

	limiter_close(&l);
	memset(&file, 0, sizeof file);
	begin();
	for (; p != NULL && (lf = memchr(p, '\n', end - p)) != NULL; p = lf + 1)
		limitbook_take(&r, &l, p, lf - p, &c);
	is_num(r.bad, 0, "the book is good");
	limitbook_all(&file, &l, 0, now);
	buf_free(&was);
}

static void
start(int64_t at_s)
{
	memset(went, 0, sizeof went);
	now = 5 * S;
	wall = at_s * S;
	begin();
}

static void
finish(void)
{
	limiter_close(&l);
	buf_free(&file);
}

/* more asks each hour than may go */
static void
pushed(void)
{
	/* 50 100 200, then a quarter more each day, rounded down */
	uint32_t want = 200;
	int64_t end, turns;
	unsigned i;
	char name[64];

	start(NOON);
	turns = offer();
	is_num(turns, MIDNIGHT * S, "before it begins: to come when it does");
	for (end = wall + 35 * DAY * S; wall < end;) {
		/* more than may, in each hour, and a little chance */
		for (i = 0; i < 1500 && offer() == 0;)
			i++;
		if (draw(60) == 0)
			kill_it();
		pass((1200 + (int64_t)draw(1200)) * S);
	}
	is_num(went[0] + went[1], 0, "nothing before it begins");
	is_num(went[2], 50, "the first day");
	is_num(went[3], 100, "the second");
	for (i = 4; want < 20000; i++) {
		snprintf(name, sizeof name, "day %u, 2027-03-%02u", i - 1,
		    i - 1);
		is_num(went[i], want, name);
		want = want * 5 / 4;
		if (want > 20000)
			want = 20000;
	}
	is_num(went[i], 20000, "the last");
	ok(went[i + 1] > 20000, "then it is over");
	ok(i + 1 < 33, "within the month");
	finish();
}

/* who waits somewhere else, and comes when he was told to */
enum { WAIT_MAX = 60000 };

static struct {
	int64_t due[WAIT_MAX]; /* by the wall */
	unsigned n, vain;      /* and how often they came in vain */
} waiting;

static void
arrive(void)
{
	int64_t at = offer();

	if (at > 0 && waiting.n < WAIT_MAX)
		waiting.due[waiting.n++] = at;
}

static void
come(void)
{
	unsigned i, n = 0;
	int64_t at;

	for (i = 0; i < waiting.n; i++) {
		at = waiting.due[i];
		if (at <= wall && (at = offer()) > 0)
			waiting.vain++;
		if (at > 0)
			waiting.due[n++] = at;
	}
	waiting.n = n;
}

/* from the first midnight on, so many come at once, and more each hour; what
 * is due comes then, or it is killed before */
static void
waits(unsigned at_once, unsigned hourly, unsigned days, int kills)
{
	int64_t hours;
	unsigned i;

	waiting.n = waiting.vain = 0;
	start(MIDNIGHT + 60);
	for (i = 0; i < at_once; i++)
		arrive();
	for (hours = 0; hours < days * 24; hours++) {
		pass(1740 * S); /* half past: no turn is near */
		for (i = 0; i < hourly; i++)
			arrive();
		if (kills && draw(40) == 0)
			kill_it();
		pass((1800 - 60) * S);
		pass(60 * S);
		come();
		pass(60 * S);
	}
}

/* each day what the plan has, or what the cap says, as long as there is more */
static void
is_plan(uint32_t day, unsigned percent, unsigned days, const char *name)
{
	unsigned i, bad = 0;

	for (i = 0; i < days; i++, day = day * percent / 100)
		bad += went[2 + i] != day;
	is_num(bad, 0, name);
	finish();
}

static void
backlog(void)
{
	rule = "provider:*+src:* "
	       "warm=50*1.5..20000/2027-03-01@Europe/Berlin";
	waits(30000, 0, 13, 0);
	is_plan(50, 150, 13, "30,000 on the first day: each day of the plan");
	is_num(waiting.vain, 0, "nobody comes in vain");
	waits(0, 40, 7, 0);
	is_plan(50, 150, 7, "1,000 each day");
	waits(30000, 40, 14, 0);
	is_plan(50, 150, 14, "both");
	is_num(waiting.vain, 0, "and nobody comes in vain");
	waits(30000, 40, 14, 1);
	is_plan(50, 150, 14, "over kills");
	rule = "provider:*+src:* cap=100/day@Europe/Berlin";
	waits(10000, 10, 36, 1);
	is_plan(100, 100, 35, "a cap, and more than all turns have");
}

int
main(void)
{
	pushed();
	backlog();
	return done();
}
