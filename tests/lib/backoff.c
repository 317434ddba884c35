#include "policy/backoff.h"
#include "tap.h"

static const struct {
	const char *status;
	unsigned code;
	const char *esc, *class;
	enum backoff_sign want;
} signs[] = {
	{ "sent", 250, "2.0.0", "", BACKOFF_GOOD },
	{ "bounced", 550, "5.1.1", "rcpt", BACKOFF_GOOD },
	{ "later", 0, "", "limit", BACKOFF_NONE },
	{ "later", 421, "", "421", BACKOFF_NONE },
	{ "deferred", 421, "4.7.0", "421", BACKOFF_HARD },
	{ "deferred", 421, "", "", BACKOFF_HARD },
	{ "deferred", 0, "", "connect", BACKOFF_HARD },
	{ "deferred", 0, "4.4.2", "timeout", BACKOFF_HARD },
	{ "deferred", 554, "", "greeting", BACKOFF_HARD },
	{ "deferred", 0, "4.4.3", "dns", BACKOFF_NONE },
	{ "deferred", 0, "", "policy", BACKOFF_NONE },
	{ "bounced", 0, "5.4.6", "loop", BACKOFF_NONE },
	{ "bounced", 0, "", "", BACKOFF_NONE },
	{ "deferred", 450, "4.2.0", "rcpt", BACKOFF_NONE },
	{ "deferred", 451, "4.7.1", "rcpt", BACKOFF_SOFT },
	{ "deferred", 451, "", "data", BACKOFF_SOFT },
	{ "deferred", 452, "4.3.1", "mail", BACKOFF_SOFT },
	{ "deferred", 0, "", "dot", BACKOFF_SOFT },
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
			backoff_learn(&w->b, &range, BACKOFF_GOOD, w->flight,
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
		backoff_learn(&w->b, &range, BACKOFF_HARD, w->flight, w->now,
		    w->now);
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
	backoff_learn(&b, &range, BACKOFF_HARD, 19, 5, 10);
	is_num(backoff_allows(&b, 10), 10, "a failure halves");
	for (i = 0; i < 4; i++)
		backoff_learn(&b, &range, BACKOFF_HARD, 18 - i, 6, 11);
	is_num(backoff_allows(&b, 11), 10,
	    "what began before the step is the same trouble");
	backoff_learn(&b, &range, BACKOFF_HARD, 4, 12, 13);
	is_num(backoff_allows(&b, 13), 0, "nothing but failures closes");
	is_num(backoff_allows(&b, 13 + 5 * S - 1), 0, "for the least delay");
	is_num(backoff_allows(&b, 13 + 5 * S), 1, "then one probe");
	backoff_learn(&b, &range, BACKOFF_HARD, 0, 13 + 5 * S, 14 + 5 * S);
	is_num(b.until_us, 14 + 15 * S, "its failure closes for twice that");
	for (i = 0; i < 10; i++)
		backoff_learn(&b, &range, BACKOFF_HARD, 0, b.until_us,
		    b.until_us);
	n = (b.until_us - b.changed_us) / S;
	is_num(n, 0, "closing moves on");
	is_num(b.level <= 10, 1, "the delay stays within its range");

	b = (struct backoff){ 0 };
	for (i = 0; i < BACKOFF_RUN_SOFT - 1; i++)
		backoff_learn(&b, &range, BACKOFF_SOFT, 3, 20, 21);
	is_num(b.limit, 0, "a few refusals change nothing");
	backoff_learn(&b, &range, BACKOFF_GOOD, 3, 20, 21);
	for (i = 0; i < BACKOFF_RUN_SOFT - 1; i++)
		backoff_learn(&b, &range, BACKOFF_SOFT, 3, 20, 21);
	is_num(b.limit, 0, "with a success between not even more");
	backoff_learn(&b, &range, BACKOFF_SOFT, 3, 20, 21);
	is_num(b.limit, 2, "nothing but refusals halves");
}

int
main(void)
{
	unsigned i, bad = 0;

	for (i = 0; i < sizeof signs / sizeof signs[0]; i++)
		if (backoff_sign(signs[i].status, signs[i].code, signs[i].esc,
			signs[i].class) != signs[i].want) {
			printf("# sign %u\n", i);
			bad++;
		}
	is_num(bad, 0, "signs");
	single_steps();
	for (i = 1; i <= 20; i++)
		hidden_limit(i);
	outage();
	return done();
}
