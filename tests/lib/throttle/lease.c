/*
 * Machines that share a rate, in virtual time, with somebody who keeps what
 * nobody has as Redis does: whatever goes from hand to hand, and whoever dies,
 * the grants of all of them together keep to the one rate.
 */
#include "throttle/lease.h"
#include "tap.h"
#include "timed.h"
#include <stdio.h>
#include <string.h>

#define S INT64_C(1000000)

enum { MACHINES = 3, GRANTS = 3000 };

struct machine {
	struct lease is;
	uint32_t parts;   /* as the keeper knows it, */
	int64_t until_us; /* until then */
};

static struct lease_whole whole;
static struct machine m[MACHINES];
static int64_t now, level_at, at[GRANTS];
static long double level;
static uint32_t cost[GRANTS];
static int grants;

static uint32_t
nobodys(void)
{
	uint32_t n = whole.parts;
	int i;

	for (i = 0; i < MACHINES; i++)
		n -= m[i].parts;
	return n;
}

static long double
units(uint32_t parts, int64_t us)
{
	return (long double)us * parts / whole.parts * whole.limit.n *
	    LEASE_WHOLE / whole.limit.period_us / whole.limit.burst;
}

static void
add(long double more, uint32_t parts)
{
	long double room = (long double)parts / whole.parts * LEASE_WHOLE;

	level += more;
	if (level > room)
		level = room;
}

static void
keep_time(void)
{
	int i;

	add(units(nobodys(), now - level_at), nobodys());
	level_at = now;
	for (i = 0; i < MACHINES; i++) {
		if (m[i].parts == 0 || m[i].until_us > now)
			continue;
		level += units(m[i].parts, now - m[i].until_us);
		m[i].parts = 0;
		add(0, nobodys());
	}
}

static void
ask(struct machine *k)
{
	struct lease_question q;
	struct lease_answer a = { 0 };
	uint32_t free, got;

	if (!lease_ask(&k->is, &whole, 0, now, &q))
		return;
	/* it may be lost */
	if (draw(300) == 0) {
		lease_unheard(&k->is, now);
		return;
	}
	keep_time();
	if (q.have > k->parts)
		q.have = k->parts;
	if (q.back > k->parts - q.have)
		q.back = k->parts - q.have;
	k->parts = q.have;
	add(q.back > 0 ? q.level : 0, nobodys());
	free = nobodys();
	got = q.want > q.have && free > 0 ? (uint32_t)draw(free + 1) : 0;
	if (got > 0)
		a.level = (int64_t)(level * got / free);
	level -= a.level;
	k->parts += got;
	k->until_us = now + LEASE_TERM_US;
	a.seq = q.seq;
	a.kept = q.have;
	a.has = k->parts;
	a.of = whole.parts;
	a.until_us = k->until_us - LEASE_MARGIN_US;
	a.retry_us = (int64_t)draw(LEASE_RENEW_US);
	a.back = (uint32_t)draw(a.has + 1);
	a.back_us = (int64_t)draw(LEASE_TERM_US);
	/* so may the answer be */
	if (draw(300) == 0) {
		lease_unheard(&k->is, now);
		return;
	}
	now += (int64_t)draw(2000);
	lease_answered(&k->is, &whole, &a, now);
}

static void
send_one(struct machine *k)
{
	struct bucket_limit l;
	uint32_t c = 1;

	lease_want(&k->is, now);
	lease_expire(&k->is, now);
	if (k->is.has == 0 || grants == GRANTS)
		return;
	l = lease_limit(&k->is, &whole);
	if (l.burst > 3)
		c += (uint32_t)draw(3);
	if (bucket_ready(&k->is.now, &l, c, now) > now)
		return;
	bucket_take(&k->is.now, &l, c, now);
	k->is.used += c;
	at[grants] = now;
	cost[grants++] = c;
}

static int
over(void)
{
	int i, j, bad = 0;
	uint64_t sum;

	for (i = 0; i < grants; i++)
		for (sum = 0, j = i; j < grants; j++) {
			sum += cost[j];
			if (sum > whole.limit.burst &&
			    (__int128)(sum - whole.limit.burst) *
				    whole.limit.period_us >
				(__int128)(at[j] - at[i]) * whole.limit.n)
				bad++;
		}
	return bad;
}

static void
run(struct bucket_limit l, const char *name)
{
	int64_t pace_us = l.period_us / l.n + 1;

	int i, steps;

	/* leases are renewed, however slow it is */
	if (pace_us > LEASE_RENEW_US / 2)
		pace_us = LEASE_RENEW_US / 2;
	memset(m, 0, sizeof m);
	whole = lease_rate(&l);
	now = level_at = 1000 * S;
	level = grants = 0;
	for (steps = 0; steps < 40000 && grants < GRANTS; steps++) {
		now += (int64_t)draw((uint64_t)pace_us / 2 + 500);
		i = (int)draw(MACHINES);
		if (draw(2000) == 0)
			memset(&m[i].is, 0, sizeof m[i].is);
		send_one(&m[i]);
		ask(&m[i]);
	}
	ok(grants > 10, "something goes");
	printf("# %d grants: %s\n", grants, name);
	is_num(over(), 0, name);
}

static void
levels(void)
{
	const struct bucket_limit l = { 3600 * S, 60, 120 };
	struct lease_whole w = lease_rate(&l);
	struct lease s = { .has = 30, .of = 60 };
	struct bucket_limit half;

	is_num(w.parts, LEASE_PARTS, "parts of a large burst");
	half = lease_limit(&s, &w);
	is_num(half.burst, 60, "half of the burst");
	is_num(lease_level(&s, &w, 9 * S), LEASE_WHOLE / 2, "full");
	bucket_take(&s.now, &half, 60, 9 * S);
	is_num(lease_level(&s, &w, 9 * S) <= 0, 1, "empty");
	is_num(lease_level(&s, &w, 9 * S) > -10, 1, "and next to nothing owed");
	is_num(lease_level(&s, &w, 7209 * S) / 1000, LEASE_WHOLE / 2000 - 1,
	    "an hour for each half");
	is_num(lease_rate(&(struct bucket_limit){ S, 5, 1 }).parts, 1,
	    "a burst of one is one part");
	is_num(lease_conn(7).parts, 7, "connections");
}

/* connections go back as they end */
static void
connections(void)
{
	struct lease_whole w = lease_conn(10);
	struct lease s = { 0 };
	struct lease_question q;
	struct lease_answer a = {
		.has = 6, .kept = 0, .of = 10, .until_us = 3 * S, .back = 4
	};

	lease_want(&s, S);
	is_num(lease_ask(&s, &w, 0, S, &q), 1, "asked");
	is_num(q.want, 10, "for all of them");
	is_num(lease_ask(&s, &w, 0, S, &q), 0, "once");
	a.seq = q.seq;
	is_num(lease_answered(&s, &w, &a, S), 1, "answered");
	is_num(lease_answered(&s, &w, &a, S), 0, "once");
	is_num(lease_busy(&s), 2, "those that go back are not used");
	s.used = 5;
	lease_ask(&s, &w, 5, S, &q);
	is_num(q.back, 1, "one of them has ended");
	is_num(q.have, 5, "the others are there");
	is_num(lease_busy(&s), 2, "and are not used anew");
	lease_unheard(&s, S);
	lease_ask(&s, &w, 2, S + LEASE_LOOK_US, &q);
	is_num(q.back, 3, "and go when they have ended");
	lease_expire(&s, 3 * S);
	is_num(lease_busy(&s), 0, "a lease that is over");
	lease_unheard(&s, 3 * S);
	lease_ask(&s, &w, 2, 4 * S, &q);
	is_num(q.have, 2, "but what is in flight is said");
}

static void
idle(void)
{
	const struct bucket_limit l = { S, 10, 10 };
	struct lease_whole w = lease_rate(&l);
	struct lease s = { 0 };
	struct lease_question q;
	struct lease_answer a = {
		.has = 10, .of = 10, .until_us = 3 * S, .level = LEASE_WHOLE
	};

	lease_want(&s, S);
	lease_ask(&s, &w, 0, S, &q);
	a.seq = q.seq;
	lease_answered(&s, &w, &a, S);
	is_num(lease_due(&s), S + LEASE_RENEW_US, "asked again");
	is_num(lease_ask(&s, &w, 0, lease_due(&s), &q), 1, "by who has it");
	is_num(q.back, 10, "who has used nothing gives all back");
	is_num(q.level, LEASE_WHOLE, "and what is in it");
	a = (struct lease_answer){ .seq = q.seq, .of = 10 };
	lease_answered(&s, &w, &a, 2 * S);
	is_num(lease_due(&s) == INT64_MAX, 1, "and asks no more");
	lease_want(&s, 5 * S);
	is_num(lease_due(&s), 5 * S, "until somebody waits");
}

int
main(void)
{
	levels();
	connections();
	idle();
	run((struct bucket_limit){ S, 10, 1 }, "ten a second, one by one");
	run((struct bucket_limit){ S, 100, 4 }, "a hundred a second");
	run((struct bucket_limit){ 3600 * S, 100, 7 }, "a hundred an hour");
	run((struct bucket_limit){ S, 50, 500 }, "a large burst");
	return done();
}
