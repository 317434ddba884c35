/*
 * Limits with a range, in virtual time, against a provider who has one that
 * he does not tell: how soon it is found, how much of it is used, and how many
 * are refused.
 */
#include "throttle/limitadapt.h"
#include "throttle/limitkey.h"
#include "tap.h"
#include "throttle/limitbook.h"
#include "throttle/limitkeys.h"
#include "timed.h"
#include <stdio.h>

#define S INT64_C(1000000)

enum { ITEMS = 450, GRANTS_MAX = 400000 };

/* the provider: so many a second, and what goes in a second at once; or so
 * many connections.  0: all */
struct provider {
	double rate, left;
	int64_t window_us; /* or so much from one turn of it to the next */
	int64_t at;
	unsigned conns, open;
	enum backoff_sign refusal; /* BACKOFF_GOOD: "slow down" to a RCPT */
	int64_t takes_us;
	unsigned noise; /* one in so many fails anyway; 0: none */
	unsigned asked, taken;
};

struct thing {
	struct limiter_item item; /* first */
	int out, refused, counted;
};

static struct limiter l;
static struct limiter_flow *flow;
static struct thing things[ITEMS];
static struct timed waiting; /* for their end, or until they come again */
static struct thing *ready[ITEMS];
static unsigned n_ready;
static struct provider p;
static int64_t now, grants[GRANTS_MAX];
static unsigned n_grants, n_events;
static uint32_t last_to;
static char last_text[64], last_limit[64];

static void
adapted(void *arg, const struct limiter_adapted *a)
{
	(void)arg;
	n_events++;
	last_to = a->to;
	snprintf(last_limit, sizeof last_limit, "%s %s", a->key, a->limit);
	if (a->said != NULL)
		snprintf(last_text, sizeof last_text, "%.*s",
		    (int)a->said->text.n, a->said->text.p);
}

static void
begin(const char *rule)
{
	struct throttle_who who = { { NULL }, { 0 } };
	const char *reason;
	unsigned i;

	memset(&l, 0, sizeof l);
	memset(things, 0, sizeof things);
	memset(&p, 0, sizeof p);
	limiter_open(&l, 1);
	throttle_add(&l.rules, rule, strlen(rule), &reason);
	l.labels = throttle_labels_used(&l.rules);
	l.adapted = adapted;
	now = S;
	waiting.n = n_ready = n_grants = n_events = 0;
	who.value[THROTTLE_SITE] = "a";
	who.len[THROTTLE_SITE] = 1;
	flow = limiter_flow(&l, &who, now);
	for (i = 0; i < ITEMS; i++) {
		things[i].item.jobs = 1;
		ready[n_ready++] = &things[i];
	}
	p.refusal = BACKOFF_GOOD;
	p.takes_us = 200000;
}

/* would he take one more? */
static int
takes(void)
{
	if (p.noise > 0 && draw(p.noise) == 0)
		return 0;
	if (p.conns > 0 && p.open > p.conns)
		return 0;
	if (p.rate == 0)
		return 1;
	if (p.window_us == 0) {
		p.left += (double)(now - p.at) / S * p.rate;
		p.at = now;
		if (p.left > p.rate)
			p.left = p.rate;
	} else if (now - p.at >= p.window_us) {
		p.left = p.rate * (double)p.window_us / S;
		p.at = now;
	}
	if (p.left < 1)
		return 0;
	p.left -= 1;
	return 1;
}

static void
send(struct thing *t)
{
	p.open++;
	t->out = 1;
	t->refused = !takes();
	p.asked++;
	p.taken += !t->refused;
	if (n_grants < GRANTS_MAX)
		grants[n_grants++] = now;
	timed_add(&waiting, t,
	    now + (t->refused ? p.takes_us / 4 : p.takes_us));
}

static void
ends(struct thing *t)
{
	static const struct limiter_said said = { { "450", 3 }, { "4.7.0", 5 },
		{ "mx", 2 }, { "slow down", 9 } };

	p.open--;
	t->out = 0;
	if (t->refused)
		limiter_slow(&t->item, &said);
	limiter_done(&l, &t->item, t->refused ? p.refusal : BACKOFF_GOOD, now);
	t->item.slow = 0;
	ready[n_ready++] = t;
}

/* all that is decided */
static void
drain(void)
{
	struct thing *t;

	while ((t = (struct thing *)limiter_pop(&l)) != NULL) {
		if (t->item.verdict == LIMITER_GO) {
			send(t);
			continue;
		}
		timed_add(&waiting, t, t->item.next_us);
		limiter_done(&l, &t->item, BACKOFF_NONE, now);
	}
}

static void
run(int64_t for_us)
{
	int64_t end = now + for_us, due;
	struct thing *t;

	while (now < end) {
		/* a backlog that never ends */
		while (n_ready > 0 && l.held < 100) {
			limiter_offer(&l, &ready[--n_ready]->item, flow, now);
			drain();
		}
		due = limiter_due(&l);
		now = timed_next(&waiting, due < end ? due : end);
		while (timed_due(&waiting, now)) {
			t = timed_take(&waiting);
			if (t->out)
				ends(t);
			else
				ready[n_ready++] = t;
		}
		limiter_run(&l, now);
		drain();
	}
}

static void
finish(void)
{
	while (waiting.n > 0) {
		struct thing *t = timed_take(&waiting);

		now = now + 1;
		if (t->out)
			ends(t);
		drain();
		n_ready = 0;
	}
	limiter_shut(&l, now);
	while (limiter_pop(&l) != NULL)
		;
	limiter_close(&l);
}

static struct limiter_key *
key(void)
{
	return flow->set->key[0];
}

/* how far from it the limit is now, in percent */
static int
off(double of, unsigned i)
{
	double v = limitadapt_value(key()->adapt, key()->rule, i) / 1000.0;

	return (int)((v > of ? v - of : of - v) * 100 / of);
}

/* conf-throttle(5): found in the time it says, and used nine tenths of in
 * the mean; less than one in a hundred refused */
static void
finds(const char *rule, double rate, unsigned conns, int64_t window_us,
    int64_t within_s, enum backoff_sign refusal, const char *why)
{
	unsigned taken, asked, i = 0;
	double could;

	begin(rule);
	p.rate = rate;
	p.window_us = window_us;
	p.left = rate * (double)window_us / S;
	p.conns = conns;
	p.refusal = refusal;
	run(within_s * S);
	printf("# %s: after %d s it is %.1f\n", why, (int)within_s,
	    limitadapt_value(key()->adapt, key()->rule, i) / 1000.0);
	ok(off(conns > 0 ? conns : rate, i) <= 10, why);
	taken = p.taken;
	asked = p.asked;
	run(1800 * S);
	could =
	    conns > 0 ? conns * 1800.0 * S / (double)p.takes_us : rate * 1800;
	printf("# %s: %.1f %% used, %.2f %% refused\n", why,
	    (p.taken - taken) * 100 / could,
	    100.0 * ((p.asked - asked) - (p.taken - taken)) /
		(p.asked - asked));
	ok(p.taken - taken >= could * 0.9, "nine tenths are used");
	/* who counts by the minute has refused some when that is seen */
	ok((p.asked - asked) - (p.taken - taken) <
		(p.asked - asked) / (window_us > 0 ? 50 : 100),
	    "few are refused");
	finish();
}

/* no window has more than w * most + burst, whatever the value was */
static void
bounded(void)
{
	double above = 0, most = 0;
	unsigned i;

	begin("site:* conn=none rate=20..200/s");
	p.rate = 400;
	run(150 * S);
	is_num(limitadapt_value(key()->adapt, key()->rule, 0), 200000,
	    "up to the upper bound");
	for (i = 1; i < n_grants; i++) {
		above += 1 - (double)(grants[i] - grants[i - 1]) * 200 / S;
		if (above < 0)
			above = 0;
		if (above > most)
			most = above;
	}
	/* the first of a window, and what fell due */
	ok(most + 1 <= key()->rule->rate[0].limit.burst + 0.001,
	    "in no window more than the upper bound");
	/* what is less from now on */
	p.rate = 40;
	run(60 * S);
	ok(off(40, 0) <= 20, "a provider who bears a fifth from now on");
	p.rate = 80;
	run(900 * S);
	ok(off(80, 0) <= 10, "and twice as much later");
	finish();
}

/* who does not use it learns nothing of more */
static void
unused(void)
{
	unsigned i;

	begin("site:* conn=none rate=20..200/s");
	for (i = 0; i < 400; i++) {
		limiter_offer(&l, &ready[--n_ready]->item, flow, now);
		drain();
		now += S / 10;
		while (timed_due(&waiting, now))
			ends(timed_take(&waiting));
	}
	is_num(limitadapt_value(key()->adapt, key()->rule, 0), 20000,
	    "half used is not too little");
	is_num(n_events, 0, "and nothing is said");
	finish();
}

/* one in 300 fails whatever we do */
static void
noise(void)
{
	begin("site:* conn=none rate=20..100/s");
	p.noise = 300;
	run(600 * S);
	ok(limitadapt_value(key()->adapt, key()->rule, 0) >= 60000,
	    "noise is no limit");
	finish();
}

/* a site that answers nothing more is closed */
static void
dead(void)
{
	begin("site:* conn=none rate=5..100/s");
	p.refusal = BACKOFF_BUSY;
	run(30 * S);
	p.noise = 1;
	run(60 * S);
	is_num(limitadapt_value(key()->adapt, key()->rule, 0), 5000,
	    "down to the lower bound");
	is_str(last_text, "slow down", "which says why");
	is_str(last_limit, "site:a rate=5..100/s", "and what");
	ok(p.asked < 30 * 50 + 60 * 10, "and then back-off closes it");
	finish();
}

/* with the book it begins where it was, within what the range is then */
static void
again(const char *rule, uint32_t want, const char *why)
{
	struct limitbook_clock clock = { "boot", 0, 0 };
	struct limitbook_read r = { .n = 0 };
	struct buf book = { 0 };
	const char *at, *lf;

	begin("site:* conn=5..50 rate=20..200/s");
	p.rate = 80;
	run(60 * S);
	limitadapt_begin(key()->adapt, key()->rule, 0, 64000, 82000);
	limitadapt_begin(key()->adapt, key()->rule, 1, 12500, 0);
	clock.mono_us = clock.wall_us = now;
	limitbook_clock(&book, &clock);
	limitbook_all(&book, &l, 1, now);
	finish();
	begin(rule);
	for (at = buf_data(&book); at < buf_data(&book) + buf_len(&book);
	     at = lf + 1) {
		lf = memchr(at, '\n', buf_len(&book));
		limitbook_take(&r, &l, at, (size_t)(lf - at), &clock);
	}
	is_num(r.bad, 0, "the book is good");
	is_num(limitadapt_value(key()->adapt, key()->rule, 0), want, why);
	is_num(limitkey_conn(key()), 12, "and connections as they were");
	finish();
	buf_free(&book);
}

/* another table: what was learned stays, within the new range */
static void
reload(void)
{
	struct throttle_rules rules = { .n = 0 };
	static const char rule[] =
	    "site:* conn=7..50 rate=1..10/h rate=70..90/s";
	const char *reason;

	begin("site:* conn=5..50 rate=20..200/s");
	limitadapt_begin(key()->adapt, key()->rule, 0, 64000, 82000);
	limitadapt_begin(key()->adapt, key()->rule, 1, 12500, 0);
	throttle_add(&rules, rule, sizeof rule - 1, &reason);
	limiter_load(&l, &rules, now);
	flow = limiter_flow(&l,
	    &(struct throttle_who){
		.value[THROTTLE_SITE] = "a", .len[THROTTLE_SITE] = 1 },
	    now);
	is_num(limitadapt_value(key()->adapt, key()->rule, 0), 1000,
	    "a new rate at its least");
	is_num(limitadapt_value(key()->adapt, key()->rule, 1), 70000,
	    "an old one in its range");
	is_num(limitkey_conn(key()), 12, "connections as they were");
	finish();
}

static void
texts(void)
{
	char t[LIMITADAPT_TEXT];

	limitadapt_text(t, 23500);
	is_str(t, "23.5", "a value");
	limitadapt_text(t, 20000);
	is_str(t, "20", "a whole one");
	limitadapt_text(t, 1001);
	is_str(t, "1.001", "a small one");
}

int
main(void)
{
	finds("site:* conn=none rate=20..200/s", 80, 0, 0, 90, BACKOFF_GOOD,
	    "a rate of 80/s");
	finds("site:* conn=none rate=20..200/s", 80, 0, 0, 90, BACKOFF_BUSY,
	    "a rate of 80/s, with 421");
	finds("site:* conn=none rate=20..200/s", 80, 0, 0, 90, BACKOFF_SOFT,
	    "a rate of 80/s, at MAIL");
	finds("site:* conn=none rate=1..1000/s", 190, 0, 0, 360, BACKOFF_GOOD,
	    "a rate of 190/s, far away");
	finds("site:* conn=none rate=1..20/s", 2.5, 0, 0, 90, BACKOFF_GOOD,
	    "a rate of 2.5/s");
	finds("site:* conn=5..100", 0, 20, 0, 110, BACKOFF_GOOD,
	    "20 connections");
	finds("site:* conn=5..100", 0, 20, 0, 110, BACKOFF_BUSY,
	    "20 connections, with 421");
	finds("site:* conn=none rate=20..200/s", 80, 0, 60 * S, 600,
	    BACKOFF_GOOD, "80/s, counted by the minute");
	finds("site:* conn=none rate=1..20/s", 2.5, 0, 60 * S, 600,
	    BACKOFF_GOOD, "2.5/s, by the minute");
	bounded();
	unused();
	noise();
	dead();
	again("site:* conn=5..50 rate=20..200/s", 64000, "as it was");
	again("site:* conn=5..50 rate=70..200/s", 70000,
	    "but within its range");
	reload();
	texts();
	return done();
}
