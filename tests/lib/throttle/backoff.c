#include "throttle/backoff.h"
#include "tap.h"

/* the table of throttle(8), line by line */
static const struct {
	const char *status;
	unsigned code;
	const char *esc, *class;
	int heard;
	enum backoff_sign want;
} signs[] = {
	{ "sent", 250, "2.0.0", "", 1, BACKOFF_GOOD },
	{ "sent", 0, "", "", 0, BACKOFF_GOOD },
	/* no attempt */
	{ "later", 0, "", "limit", 0, BACKOFF_NONE },
	{ "later", 421, "", "421", 1, BACKOFF_NONE },
	{ "later", 452, "4.5.3", "limit", 1, BACKOFF_NONE },
	{ "later", 0, "", "connect", 0, BACKOFF_NONE },
	/* ours */
	{ "deferred", 0, "4.4.3", "dns", 0, BACKOFF_NONE },
	{ "deferred", 0, "4.3.0", "local", 0, BACKOFF_NONE },
	{ "deferred", 0, "", "policy", 0, BACKOFF_NONE },
	{ "deferred", 0, "4.7.4", "tls", 0, BACKOFF_NONE },
	{ "deferred", 0, "4.7.4", "tls", 1, BACKOFF_NONE },
	{ "deferred", 535, "4.7.8", "auth", 1, BACKOFF_NONE },
	{ "deferred", 0, "", "limit", 0, BACKOFF_NONE },
	{ "bounced", 0, "5.4.6", "loop", 0, BACKOFF_NONE },
	{ "bounced", 0, "5.1.10", "null-mx", 0, BACKOFF_NONE },
	{ "bounced", 0, "", "", 0, BACKOFF_NONE },
	{ "bounced", 553, "5.1.3", "rcpt", 0, BACKOFF_NONE },
	{ "bounced", 553, "5.1.7", "mail", 0, BACKOFF_NONE },
	{ "bounced", 552, "5.3.4", "size", 1, BACKOFF_GOOD },
	{ "bounced", 550, "5.6.7", "smtputf8", 1, BACKOFF_GOOD },
	/* the host or the whole site, whatever is said */
	{ "deferred", 0, "4.4.1", "connect", 1, BACKOFF_HARD },
	{ "deferred", 554, "4.0.0", "greeting", 1, BACKOFF_HARD },
	{ "deferred", 421, "4.2.1", "greeting", 1, BACKOFF_HARD },
	{ "deferred", 450, "4.0.0", "helo", 1, BACKOFF_HARD },
	/* the site, or one message */
	{ "deferred", 421, "4.7.0", "421", 1, BACKOFF_BUSY },
	{ "deferred", 421, "", "", 1, BACKOFF_BUSY },
	{ "deferred", 421, "4.3.2", "rcpt", 1, BACKOFF_BUSY },
	{ "deferred", 0, "4.4.2", "timeout", 1, BACKOFF_BUSY },
	{ "deferred", 451, "4.7.1", "mail", 1, BACKOFF_SOFT },
	{ "deferred", 452, "4.3.1", "mail", 1, BACKOFF_SOFT },
	{ "deferred", 451, "", "data", 1, BACKOFF_SOFT },
	{ "deferred", 451, "4.3.0", "dot", 1, BACKOFF_SOFT },
	{ "deferred", 0, "4.4.2", "dot", 1, BACKOFF_SOFT },
	{ "deferred", 450, "", "block", 1, BACKOFF_SOFT },
	{ "deferred", 0, "4.4.2", "lost", 1, BACKOFF_SOFT },
	{ "deferred", 0, "4.5.0", "protocol", 1, BACKOFF_SOFT },
	{ "deferred", 450, "", "", 1, BACKOFF_SOFT },
	/* one recipient */
	{ "deferred", 450, "4.0.0", "rcpt", 1, BACKOFF_GOOD },
	{ "deferred", 450, "4.2.0", "rcpt", 1, BACKOFF_GOOD },
	{ "deferred", 450, "4.1.1", "rcpt", 1, BACKOFF_GOOD },
	{ "deferred", 452, "4.2.2", "rcpt", 1, BACKOFF_GOOD },
	{ "deferred", 451, "4.7.1", "rcpt", 1, BACKOFF_GOOD },
	{ "deferred", 452, "4.3.1", "rcpt", 1, BACKOFF_NONE },
	{ "deferred", 450, "4.4.2", "rcpt", 1, BACKOFF_NONE },
	{ "deferred", 450, "4.1.8", "mail", 1, BACKOFF_GOOD },
	{ "deferred", 452, "4.2.2", "dot", 1, BACKOFF_GOOD },
	{ "deferred", 451, "4.6.0", "dot", 1, BACKOFF_GOOD },
	{ "deferred", 421, "4.2.1", "421", 1, BACKOFF_NONE },
	{ "deferred", 450, "4.2", "dot", 1, BACKOFF_SOFT },
	/* it answers */
	{ "bounced", 550, "5.1.1", "rcpt", 1, BACKOFF_GOOD },
	{ "bounced", 554, "5.7.1", "mail", 1, BACKOFF_GOOD },
	{ "bounced", 554, "5.7.1", "dot", 1, BACKOFF_GOOD },
};

#define S INT64_C(1000000)
static const struct backoff_range range = { 5, 60, 20 };

/*
 * A destination that bears `bears` at once, used by a sender that keeps as
 * many in flight as it may: virtual time in steps of 10 ms, a transaction
 * takes 100 ms, a refusal none.
 */
struct world {
	struct backoff b;
	int64_t now;
	unsigned bears, flight, slots;
	int64_t started[64];
	unsigned sent, refused, most;
};

static void
step(struct world *w)
{
	unsigned i, may = backoff_allows(&w->b, w->now);

	for (i = 0; i < w->flight;)
		if (w->now - w->started[i] >= 100000) {
			int64_t at = w->started[i];

			w->started[i] = w->started[--w->flight];
			backoff_learn(&w->b, &range, BACKOFF_GOOD, 1, w->flight,
			    at, w->now);
			w->sent++;
		} else {
			i++;
		}
	if (may > w->slots)
		may = w->slots;
	while (w->flight < may) {
		if (w->flight < w->bears) {
			w->started[w->flight++] = w->now;
			continue;
		}
		w->refused++;
		backoff_learn(&w->b, &range, BACKOFF_BUSY, w->refused,
		    w->flight, w->now, w->now);
		may = backoff_allows(&w->b, w->now);
	}
	if (w->flight > w->most)
		w->most = w->flight;
	w->now += 10000;
}

static void
run(struct world *w, int64_t us)
{
	int64_t end = w->now + us;

	w->sent = w->refused = w->most = 0;
	while (w->now < end)
		step(w);
}

static void
hidden_limit(unsigned bears)
{
	struct world w = { .now = 1 * S, .bears = bears, .slots = 20 };
	char name[80];

	run(&w, 60 * S);
	run(&w, 300 * S);
	snprintf(name, sizeof name,
	    "a hidden limit of %u: within 10 %% of it (%u of %u), %u refused",
	    bears, w.sent, bears * 3000, w.refused);
	ok(w.sent >= bears * 3000 * 9 / 10 && w.refused <= 30, name);
}

static void
outage(void)
{
	struct world w = { .now = 1 * S, .bears = 64, .slots = 20 };
	int64_t back;

	run(&w, 10 * S);
	ok(w.refused == 0 && w.most == 20 && w.b.limit == 0,
	    "a good destination is never slowed");
	w.bears = 0;
	run(&w, 3600 * S);
	ok(w.refused < 20 + 3600 / 60 + 10, "an hour down: one probe a minute");
	ok(w.sent <= 20 && w.flight == 0, "and nothing else");
	printf("# sent %u, in flight %u\n", w.sent, w.flight);
	w.bears = 64;
	back = w.now;
	while (w.b.limit != 0 && w.now < back + 120 * S)
		step(&w);
	ok(w.now - back <= 62 * S, "open again a minute after its return");
	w.b.until_us = w.now + 5 * S;
	w.b.limit = 1;
	run(&w, 5 * S);
	is_num(w.most <= 20 && w.flight == 0, 1, "closed: nothing");
	back = w.now;
	while (w.b.limit != 0 && w.now < back + 60 * S)
		step(&w);
	ok(w.now - back <= 2 * S, "a probe, then full speed within 2 seconds");
}

static void
single_steps(void)
{
	struct backoff b = { 0 };
	int i, n;

	is_num(backoff_allows(&b, 0), UINT32_MAX, "open: no limit");
	backoff_learn(&b, &range, BACKOFF_HARD, 7, 19, 5, 10);
	is_num(backoff_allows(&b, 10), 10, "a failure halves");
	for (i = 0; i < 4; i++)
		backoff_learn(&b, &range, BACKOFF_HARD, 7, 18 - i, 6, 11);
	is_num(backoff_allows(&b, 11), 10,
	    "what began before the step is the same trouble");
	backoff_learn(&b, &range, BACKOFF_HARD, 7, 4, 12, 13);
	is_num(backoff_allows(&b, 13), 0, "nothing but failures closes");
	is_num(backoff_allows(&b, 13 + 5 * S - 1), 0, "for the least delay");
	is_num(backoff_allows(&b, 13 + 5 * S), 1, "then one probe");
	backoff_learn(&b, &range, BACKOFF_HARD, 7, 0, 13 + 5 * S, 14 + 5 * S);
	is_num(b.until_us, 14 + 15 * S, "its failure closes for twice that");
	for (i = 0; i < 10; i++)
		backoff_learn(&b, &range, BACKOFF_HARD, 7, 0, b.until_us,
		    b.until_us);
	n = (b.until_us - b.changed_us) / S;
	is_num(n, 0, "closing moves on");
	is_num(b.level <= 10, 1, "the delay stays within its range");

	b = (struct backoff){ 0 };
	for (i = 0; i < BACKOFF_RUN_SOFT - 1; i++)
		backoff_learn(&b, &range, BACKOFF_SOFT, i, 3, 20, 21);
	is_num(b.limit, 0, "a few refusals change nothing");
	backoff_learn(&b, &range, BACKOFF_GOOD, 7, 3, 20, 21);
	for (i = 0; i < BACKOFF_RUN_SOFT - 1; i++)
		backoff_learn(&b, &range, BACKOFF_SOFT, i, 3, 20, 21);
	is_num(b.limit, 0, "with a success between not even more");
	backoff_learn(&b, &range, BACKOFF_SOFT, i, 3, 20, 21);
	is_num(b.limit, 2, "nothing but refusals halves");
}

/* one message that fails, time and again, while others wait */
static void
one_message(void)
{
	struct backoff b = { 0 };
	int64_t now = S;
	int i;

	for (i = 0; i < 1000; i++, now += S)
		backoff_learn(&b, &range, BACKOFF_SOFT, 7, 0, now, now);
	is_num(b.limit, 0, "a message refused a thousand times: nothing");
	for (i = 0; i < 1000; i++, now += S)
		backoff_learn(&b, &range, BACKOFF_BUSY, 7, 0, now, now);
	is_num(backoff_allows(&b, now), 1,
	    "one at which it hangs up: one at a time, but not closed");
	backoff_learn(&b, &range, BACKOFF_SOFT, 8, 0, now, now);
	is_num(backoff_allows(&b, now), 1, "nor by one refused beside it");
	backoff_learn(&b, &range, BACKOFF_BUSY, 9, 0, now, now);
	is_num(backoff_allows(&b, now), 0, "a second one closes");

	b = (struct backoff){ 0 };
	for (i = 0; i < 1000; i++, now += BACKOFF_FORGET_US + 1)
		backoff_learn(&b, &range, BACKOFF_SOFT, i, 0, now, now);
	is_num(b.limit, 0, "what is long ago is no part of the run");
}

int
main(void)
{
	unsigned i, bad = 0;

	for (i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		struct backoff_reply r = { signs[i].status, signs[i].class,
			signs[i].esc, signs[i].code, signs[i].heard };

		if (backoff_sign(&r) != signs[i].want) {
			printf("# sign %u: %s %u %s %s\n", i, r.status, r.code,
			    r.esc, r.class);
			bad++;
		}
	}
	is_num(bad, 0, "signs");
	single_steps();
	one_message();
	for (i = 1; i <= 20; i++)
		hidden_limit(i);
	outage();
	return done();
}
