#include "scheduletest.h"

static void
test_sites(void)
{
	struct schedule s;
	uint32_t run[100], r[12], i, n, other;

	/* what is on its way when a site is learned counts for it */
	schedule_init(&s, 300);
	for (i = 0; i < 12; i++)
		r[i] = put(&s, i, "t", 5, "a.example", 0, 0);
	for (i = 0; i < 5; i++)
		schedule_pick(&s, 10, run, 100);
	schedule_learn(&s, s.rcpt[r[0]].domain, "mx", 2);
	schedule_hold(&s, s.rcpt[r[0]].domain, 6, 1000);
	ok(sound(&s), "learned while some are out: all adds up");
	for (i = 0; schedule_pick(&s, 10, run, 100) > 0; i++)
		;
	is_num(i, 1, "room for 6, 5 are there already");
	for (i = n = 0; i < 12; i++)
		if (s.rcpt[r[i]].where == SCHEDULE_OUT && n < 5) {
			schedule_back(&s, r[i]);
			drop(&s, r[i]);
			n++;
		}
	schedule_look(&s, 10);
	for (i = 0; schedule_pick(&s, 10, run, 100) > 0; i++)
		;
	is_num(i, 5, "these back, as many more");
	ok(sound(&s), "all adds up");
	schedule_free(&s);

	/* two domains that turn out to be one site */
	schedule_init(&s, 300);
	for (i = 0; i < 12; i++)
		r[i] =
		    put(&s, i, "t", 5, i % 2 ? "a.example" : "b.example", 0, 0);
	other = put(&s, 50, "t", 5, "c.example", 0, 0);
	schedule_learn(&s, s.rcpt[r[0]].domain, "mx", 2);
	schedule_learn(&s, s.rcpt[r[1]].domain, "mx", 2);
	schedule_hold(&s, s.rcpt[r[1]].domain, 3, 1000);
	for (i = n = 0; schedule_pick(&s, 10, run, 100) > 0; i++)
		n += run[0] == other;
	is_num(i, 4, "room for 3 of the site, and the other site's one");
	is_num(n, 1, "which is not touched");
	schedule_look(&s, 10);
	is_num(schedule_pick(&s, 10, run, 100), 0,
	    "no more while they are out");
	for (i = 0; i < 12; i++)
		if (s.rcpt[r[i]].where == SCHEDULE_OUT) {
			schedule_back(&s, r[i]);
			drop(&s, r[i]);
			break;
		}
	schedule_look(&s, 10);
	is_num(schedule_pick(&s, 10, run, 100), 1, "one back, one more");
	schedule_look(&s, 10);
	is_num(schedule_pick(&s, 10, run, 100), 0, "and no more");
	other = s.rcpt[run[0]].domain;
	schedule_hold(&s, other, 0, 2000);
	schedule_look(&s, 1500);
	schedule_tick(&s, 1500);
	is_num(schedule_pick(&s, 1500, run, 100), 0, "a newer hold holds");
	is_num(schedule_due(&s), 2000, "until its time");
	schedule_tick(&s, 2000);
	schedule_look(&s, 2000);
	for (i = 0; schedule_pick(&s, 2000, run, 100) > 0; i++)
		;
	is_num(i, 1, "then one, though others still hang there");
	schedule_heard(&s, other, 1);
	schedule_look(&s, 2000);
	for (i = 0; schedule_pick(&s, 2000, run, 100) > 0; i++)
		;
	is_num(i, 7, "it went: then all go");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

/* how many go at that time */
static unsigned
go(struct schedule *s, int64_t now)
{
	uint32_t run[100];
	unsigned n;

	schedule_tick(s, now);
	schedule_look(s, now);
	for (n = 0; schedule_pick(s, now, run, 100) > 0; n++)
		;
	return n;
}

/* the time of a room is over: more, little by little */
static void
test_ease(void)
{
	struct schedule s;
	uint32_t i, d, other;

	schedule_init(&s, 300);
	for (i = 0; i < 100; i++)
		other = put(&s, i, "t", 5, "a.example", 0, 0);
	d = s.rcpt[other].domain;
	schedule_hold(&s, d, 3, 1000);
	is_num(go(&s, 10), 3, "room for 3");
	schedule_look(&s, 10);
	is_num(s.look, SCHEDULE_NONE, "it is full: nothing to look at");
	is_num(go(&s, 1000), 3, "its time is over: twice as much");
	is_num(go(&s, 1000 + SCHEDULE_EASE_MS - 1), 0, "and no more");
	is_num(go(&s, 1000 + SCHEDULE_EASE_MS), 6, "a second later the same");
	schedule_hold(&s, d, 20, 9000);
	is_num(go(&s, 5000), 8, "another time holds");
	schedule_hold(&s, d, 150, 9000);
	is_num(go(&s, 9000), 80, "a room near the window is none");
	ok(schedule_due(&s) == INT64_MAX, "and there is no further time");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

/* close it, let the time pass, and take what goes then */
static unsigned
reopen(struct schedule *s, uint32_t domain, int64_t *now, uint32_t *run)
{
	schedule_hold(s, domain, 0, *now + 5000);
	schedule_look(s, *now);
	while (schedule_pick(s, *now, run, 100) > 0)
		printf("# picked while it is closed\n");
	*now += 5000;
	schedule_tick(s, *now);
	schedule_look(s, *now);
	return schedule_pick(s, *now, run, 100);
}

/* a probe failed: tried once more in 40 s */
static void
failed(struct schedule *s, uint32_t r, int64_t now)
{
	schedule_back(s, r);
	s->rcpt[r].tries++;
	schedule_heard(s, s->rcpt[r].domain, 0);
	schedule_wait(s, r, now + 40000, now, 0);
}

static void
test_probes(void)
{
	struct schedule s;
	uint32_t run[100], r[60], seen[60] = { 0 }, i, n, d, least, most;
	int64_t now = 1000;

	/* tried ones of many owners, and one that was not, in the last */
	schedule_init(&s, 100);
	for (i = 0; i < 50; i++) {
		char owner[16];

		snprintf(owner, sizeof owner, "t%u", i % 10);
		r[i] = put(&s, i, owner, 5, "a.example", 100, 0);
		s.rcpt[r[i]].tries = i < 49;
	}
	d = s.rcpt[r[0]].domain;
	schedule_tick(&s, now);
	n = reopen(&s, d, &now, run);
	ok(n == 1 && run[0] == r[49], "the probe is who was never tried");
	is_num(schedule_pick(&s, now, run, 100), 0, "and nobody else");
	failed(&s, r[49], now);
	schedule_look(&s, now);
	for (n = 0; schedule_pick(&s, now, run + n, 100) > 0; n++)
		;
	is_num(n, 2, "it did not close the site: two more");
	for (i = 0; i < n; i++)
		failed(&s, run[i], now);

	/* 60 times closed: each has its turn before anybody has two more */
	for (i = 0; i < 50; i++)
		s.rcpt[r[i]].tries = 1;
	for (i = 0; i < 98; i++) {
		n = reopen(&s, d, &now, run);
		if (n != 1)
			printf("# %u at once\n", n);
		for (n = 0; n < 50; n++)
			seen[n] += r[n] == run[0];
		failed(&s, run[0], now);
	}
	for (i = 1, least = most = seen[0]; i < 50; i++) {
		least = seen[i] < least ? seen[i] : least;
		most = seen[i] > most ? seen[i] : most;
	}
	printf("# %u to %u times\n", least, most);
	ok(least >= 1 && most <= 3, "98 probes: all have their turns");
	ok(sound(&s), "all adds up");

	/* one that hangs */
	n = reopen(&s, d, &now, run);
	is_num(n, 1, "a probe");
	now += SCHEDULE_PROBE_MS - 1;
	schedule_tick(&s, now);
	schedule_look(&s, now);
	is_num(schedule_pick(&s, now, run, 100), 0, "nobody beside it");
	schedule_tick(&s, ++now);
	schedule_look(&s, now);
	is_num(schedule_pick(&s, now, run, 100), 1, "unless it hangs");
	ok(sound(&s), "all adds up");
	schedule_free(&s);

	/* in an open site who was tried before goes first */
	schedule_init(&s, 100);
	for (i = 0; i < 4; i++) {
		r[i] = put(&s, i, "t", 5, "a.example", 100, 0);
		s.rcpt[r[i]].tries = i == 2;
	}
	schedule_tick(&s, now);
	schedule_look(&s, now);
	ok(schedule_pick(&s, now, run, 100) == 1 && run[0] == r[2],
	    "in an open site who was tried before goes first");
	schedule_hold(&s, s.rcpt[r[0]].domain, 0, now + 5000);
	schedule_look(&s, now);
	is_num(schedule_pick(&s, now, run, 100), 0, "closed");
	schedule_free_sites(&s);
	schedule_look(&s, now);
	for (n = 0; schedule_pick(&s, now, run, 100) > 0; n++)
		;
	is_num(n, 3, "set free: all go, without a probe");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

static const char *
provider(const struct schedule *s, uint32_t d)
{
	static char text[SCHEDULE_PROVIDER_LEN + 1];
	size_t n;
	const char *p = schedule_provider(s, d, &n);

	snprintf(text, sizeof text, "%.*s", p == NULL ? 1 : (int)n,
	    p == NULL ? "-" : p);
	return text;
}

static void
test_providers(void)
{
	struct schedule s;
	char name[SCHEDULE_PROVIDER_LEN + 2];
	uint32_t a, b, r;
	unsigned i;

	schedule_init(&s, 300);
	r = put(&s, 1, "t", 5, "a.example", 0, 0);
	a = s.rcpt[r].domain;
	b = s.rcpt[put(&s, 2, "t", 5, "b.example", 0, 0)].domain;
	is_str(provider(&s, a), "-", "none is known");
	schedule_learn_provider(&s, a, "big", 3);
	schedule_learn_provider(&s, b, "big", 3);
	is_str(provider(&s, a), "big", "learned");
	schedule_learn_provider(&s, a, "other", 5);
	is_str(provider(&s, a), "other", "it may change");
	is_str(provider(&s, b), "big", "for itself");
	drop(&s, r);
	is_num(s.rcpt[put(&s, 3, "t", 5, "c.example", 0, 0)].domain, a,
	    "another domain in its place");
	is_str(provider(&s, a), "-", "has none");
	memset(name, 'x', sizeof name);
	schedule_learn_provider(&s, a, name, SCHEDULE_PROVIDER_LEN + 1);
	is_str(provider(&s, a), "-", "a name that is too long");
	schedule_learn_provider(&s, a, name, SCHEDULE_PROVIDER_LEN);
	is_num(strlen(provider(&s, a)), SCHEDULE_PROVIDER_LEN, "the longest");
	for (i = s.providers.index.n; i < SCHEDULE_PROVIDERS_MAX; i++)
		schedule_learn_provider(&s, a, name,
		    (size_t)snprintf(name, sizeof name, "p%u", i));
	is_str(provider(&s, a), "p999", "so many are kept");
	schedule_learn_provider(&s, a, "one-more", 8);
	is_str(provider(&s, a), "-", "one more is not");
	schedule_learn_provider(&s, a, "big", 3);
	is_str(provider(&s, a), "big", "but those that were");
	schedule_free(&s);
}

/* as many go as may, each one's mail for itself */
static unsigned
goes(struct schedule *s, int64_t now)
{
	uint32_t run[100];
	unsigned n = 0;

	schedule_tick(s, now);
	schedule_look(s, now);
	while (schedule_pick(s, now, run, 100) > 0)
		n++;
	return n;
}

/* one that is out comes back, and to its lane; its domain */
static uint32_t
again(struct schedule *s, const uint32_t *r, unsigned n, int64_t now)
{
	unsigned i;

	for (i = 0; s->rcpt[r[i]].where != SCHEDULE_OUT; i++)
		if (i == n - 1)
			return SCHEDULE_NONE;
	schedule_back(s, r[i]);
	schedule_wait(s, r[i], now, now, 1);
	return s->rcpt[r[i]].domain;
}

/* what a provider may have, of whom this is one site of many */
static void
test_shares(void)
{
	struct schedule s;
	uint32_t r[40], d, i, other;

	schedule_init(&s, 60);
	for (i = 0; i < 40; i++)
		r[i] = put(&s, i, "t", 5, "a.example", 0, 0);
	d = s.rcpt[r[0]].domain;
	schedule_learn_provider(&s, d, "big", 3);
	is_num(schedule_hold_provider(&s, d, 9, 5000, 10), 0,
	    "not of a domain whose site is not known");
	schedule_learn(&s, d, "mx", 2);
	is_num(goes(&s, 10), 30, "half of the window");
	for (i = 0; i < 28; i++)
		again(&s, r, 40, 10);
	is_num(schedule_hold_provider(&s, d, 9, 5000, 10), 1, "held");
	is_num(goes(&s, 10), 0, "it keeps what it has");
	again(&s, r, 40, 10);
	is_num(goes(&s, 10), 1, "and so much");
	is_num(schedule_due(&s), 10 + SCHEDULE_PROVIDER_MS, "not for long");
	is_num(goes(&s, 10 + SCHEDULE_PROVIDER_MS), 1, "then one more");
	schedule_heard(&s, d, 1);
	is_num(goes(&s, 3000), 3, "and not all after a success");
	is_num(schedule_hold_provider(&s, d, 4, 5000, 3000), 1, "held again");
	for (i = 0; i < 6; i++)
		again(&s, r, 40, 3000);
	is_num(goes(&s, 3000), 4, "no more than there is");
	schedule_hold_provider(&s, d, 0, 9000, 3000);
	is_num(schedule_due(&s), 9000, "closed: for all of the time");
	is_num(goes(&s, 8999), 0, "nobody");
	is_num(goes(&s, 9000), 1, "then one");
	schedule_hold(&s, d, 0, 10000);
	is_num(goes(&s, 10000), 1, "what closes the site alone");
	schedule_heard(&s, d, 1);
	ok(goes(&s, 10000) > 20, "is over with a success");
	ok(sound(&s), "all adds up");
	other = put(&s, 50, "t", 5, "b.example", 0, 0);
	schedule_learn(&s, s.rcpt[other].domain, "mx", 2);
	is_num(schedule_hold_provider(&s, d, 9, 20000, 10000), 0,
	    "a domain of the site is nobody's: others' mail is not held");
	schedule_free(&s);
}

int
main(void)
{
	test_shares();
	test_providers();
	test_sites();
	test_ease();
	test_probes();
	return done();
}
