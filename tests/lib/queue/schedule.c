#include "scheduletest.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *
domain_of(const struct schedule *s, uint32_t r)
{
	static char t[260];
	const struct nametable_name *n = &s->domains.name[s->rcpt[r].domain];

	snprintf(t, sizeof t, "%.*s", (int)n->len, n->s);
	return t;
}

static void
test_random(void)
{
	struct schedule s;
	uint32_t known[4000], run[16], r, n_known = 0, i, n, k;
	char domain[32], site[32], owner[16];
	int64_t now = 1000;
	unsigned id = 0, step, good = 1;

	schedule_init(&s, 50);
	for (step = 0; step < 60000 && good; step++) {
		now += dice(20);
		switch (dice(8)) {
		case 0:
		case 1: /* a message with 1-5 recipients */
			if (n_known > 3900)
				break;
			snprintf(owner, sizeof owner, "t%u", dice(5));
			k = schedule_message(&s, id_of(id++), owner,
			    strlen(owner), dice(10), 0);
			for (i = 0, n = 1 + dice(5); i < n; i++) {
				snprintf(domain, sizeof domain, "d%u",
				    dice(12));
				r = schedule_rcpt(&s, k, i, domain,
				    strlen(domain));
				schedule_wait(&s, r, now + dice(3) * dice(500),
				    now, dice(2));
				known[n_known++] = r;
			}
			break;
		case 2: schedule_tick(&s, now); break;
		case 3:
		case 4:
			schedule_look(&s, now);
			n = schedule_pick(&s, now, run, 16);
			for (i = 1; i < n; i++)
				good &= s.rcpt[run[i]].message ==
					s.rcpt[run[0]].message &&
				    s.rcpt[run[i]].domain ==
					s.rcpt[run[0]].domain;
			break;
		default: /* something with a known recipient */
			if (n_known == 0)
				break;
			i = dice(n_known);
			r = known[i];
			snprintf(site, sizeof site, "s%u", dice(4));
			if (s.rcpt[r].where == SCHEDULE_OUT && dice(3) == 0) {
				schedule_late(&s, r);
				break;
			}
			if (s.rcpt[r].where != SCHEDULE_FREE &&
			    !schedule_is_down(&s.rcpt[r]) && dice(8) == 0) {
				schedule_claim(&s, r);
				break;
			}
			if (schedule_is_down(&s.rcpt[r]))
				schedule_back(&s, r);
			if (dice(4) == 0)
				schedule_learn(&s, s.rcpt[r].domain, site,
				    strlen(site));
			if (dice(6) == 0)
				schedule_hold(&s, s.rcpt[r].domain, dice(4),
				    now + dice(300));
			if (dice(500) == 0)
				schedule_free_sites(&s);
			if (dice(6) == 0)
				schedule_heard(&s, s.rcpt[r].domain, dice(2));
			if (s.rcpt[r].where == SCHEDULE_IDLE)
				s.rcpt[r].tries = dice(3);
			switch (dice(4)) {
			case 0: schedule_idle(&s, r); break;
			case 1:
				schedule_wait(&s, r, now + dice(300), now, 0);
				break;
			default: drop(&s, r); known[i] = known[--n_known];
			}
		}
		if (step % 64 == 0)
			good &= sound(&s);
	}
	ok(good && sound(&s), "60,000 random steps: everything adds up");
	while (n_known > 0)
		drop(&s, known[--n_known]);
	ok(s.used_rcpt == 0 && s.used_message == 0 && s.used_lane == 0 &&
		s.domains.used == 0 && s.sites.used == 0 &&
		s.owners.used == 0 && s.heap_n == 0 && s.out == 0 &&
		s.late == 0,
	    "when all is done nothing is left");
	schedule_free(&s);
}

/* past the deadline */

static void
test_late(void)
{
	struct schedule s;
	uint32_t run[4], a, b;

	schedule_init(&s, 1);
	a = put(&s, 1, "t", 5, "a.example", 0, 0);
	b = put(&s, 2, "t", 5, "a.example", 0, 0);
	is_num(schedule_pick(&s, 0, run, 4), 1, "the window is full");
	is_num(run[0], a, "of the first");
	schedule_late(&s, a);
	ok(s.out == 0 && s.late == 1, "a late one leaves the window");
	is_num(s.message[s.rcpt[a].message].n_out, 1, "but is in the chain");
	schedule_look(&s, 0);
	is_num(schedule_pick(&s, 0, run, 4), 1, "another has its place");
	is_num(run[0], b, "the second");
	schedule_back(&s, a);
	ok(s.out == 1 && s.late == 0 && s.rcpt[a].where == SCHEDULE_IDLE &&
		s.message[s.rcpt[a].message].n_out == 0,
	    "until it comes back");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

/* turns */

static void
test_turns(void)
{
	const struct nametable_name *owner;
	struct schedule s;
	uint32_t run[100], m, i, j, n, runs = 0, tens = 0;
	char domain[32];
	unsigned first;

	/* 1,000 recipients of one message in 100 domains, mixed */
	schedule_init(&s, 4000);
	m = schedule_message(&s, id_of(0), "t", 1, 5, 0);
	for (i = 0; i < 1000; i++) {
		snprintf(domain, sizeof domain, "d%u.example", i % 100);
		schedule_wait(&s,
		    schedule_rcpt(&s, m, i, domain, strlen(domain)), 0, 0, 0);
	}
	while ((n = schedule_pick(&s, 0, run, 100)) > 0) {
		runs++;
		tens += n == 10;
	}
	is_num(runs, 100, "1,000 recipients in 100 domains are 100 runs");
	is_num(tens, 100, "of 10 each");
	schedule_free(&s);

	/* one tenant has 100,000 for 1,000 domains, the other one message */
	schedule_init(&s, 400);
	for (i = 0; i < 100000; i++) {
		snprintf(domain, sizeof domain, "d%u.example", i % 1000);
		put(&s, i, "big", 5, domain, 0, 0);
	}
	put(&s, i, "small", 5, "d7.example", 0, 0);
	for (first = 1; (n = schedule_pick(&s, 0, run, 100)) > 0; first++) {
		owner = &s.owners.name[s.message[s.rcpt[run[0]].message].owner];
		if (owner->len == 6 && memcmp(owner->s, "5small", 6) == 0)
			break;
	}
	ok(n > 0 && first <= 2,
	    "a tenant's one goes before 100,000 of another");
	schedule_free(&s);

	/* the same in one domain, which has no room but for one at a time */
	schedule_init(&s, 400);
	for (i = 0; i < 1000; i++)
		put(&s, i, "big", 5, "one.example", 0, 0);
	put(&s, i, "small", 5, "one.example", 0, 0);
	schedule_hold(&s, s.rcpt[0].domain, 1, 1000000);
	for (j = 1; j < 1000; j++) {
		schedule_look(&s, 0);
		n = schedule_pick(&s, 0, run, 100);
		if (n != 1)
			break;
		owner = &s.owners.name[s.message[s.rcpt[run[0]].message].owner];
		if (owner->len == 6 && memcmp(owner->s, "5small", 6) == 0)
			break;
		schedule_back(&s, run[0]);
		drop(&s, run[0]);
	}
	ok(n == 1 && j <= 3, "also where a site takes one at a time");
	schedule_free(&s);
}

static void
test_prios(void)
{
	unsigned got[SCHEDULE_PRIOS] = { 0 }, i, total = 0;
	struct schedule s;
	uint32_t run[100], n;
	char name[100];

	schedule_init(&s, 400);
	for (i = 0; i < 20000; i++)
		put(&s, i, "t", i % 10, "a.example", 0, 0);
	for (i = 0; i < 1710; i++) {
		n = schedule_pick(&s, 0, run, 100);
		if (n != 1)
			break;
		got[schedule_prio(&s, s.rcpt[run[0]].message)]++;
		schedule_back(&s, run[0]);
		drop(&s, run[0]);
	}
	for (i = 0; i < SCHEDULE_PRIOS; i++)
		total += schedule_weight[i];
	for (i = 0; i < SCHEDULE_PRIOS; i++) {
		snprintf(name, sizeof name, "priority %u gets its share", i);
		is_num(got[i], schedule_weight[i] * 1710 / total, name);
	}
	schedule_free(&s);
}

/* one by one */

static void
test_small(void)
{
	struct schedule s;
	uint32_t run[100], a, b, c, i;

	schedule_init(&s, 30);
	is_num(schedule_find(&s, id_of(1)), SCHEDULE_NONE, "nothing is known");
	ok(schedule_due(&s) == INT64_MAX, "and nothing is due");
	is_num(schedule_pick(&s, 0, run, 100), 0, "or to be picked");
	a = put(&s, 1, "t", 5, "a.example", 500, 100);
	b = put(&s, 2, "t", 5, "b.example", 300, 100);
	c = put(&s, 3, "t", 5, "b.example", 300, 100);
	ok(schedule_find(&s, id_of(1)) == s.rcpt[a].message, "found by id");
	is_num(schedule_due(&s), 300, "the earliest time");
	schedule_tick(&s, 299);
	is_num(schedule_pick(&s, 299, run, 100), 0, "not before its time");
	schedule_tick(&s, 300);
	is_num(schedule_pick(&s, 300, run, 100), 1, "at its time");
	is_num(run[0], b, "the first of two");
	is_num(schedule_pick(&s, 300, run, 100), 1, "then the other");
	is_num(run[0], c, "in the order they came");
	is_num(schedule_due(&s), 500, "the next time");
	is_num(s.out, 2, "two are out");
	schedule_back(&s, b);
	schedule_wait(&s, b, 400, 300, 0);
	is_num(schedule_due(&s), 400, "one waits again");
	schedule_idle(&s, b);
	is_num(schedule_due(&s), 500, "and does not");
	schedule_back(&s, c);
	drop(&s, c);
	drop(&s, a);
	drop(&s, b);
	is_num(s.used_message, 0, "all done");

	/* a run stops at its limit, at the window, at another message */
	a = schedule_message(&s, id_of(9), "t", 1, 5, 0);
	for (i = 0; i < 40; i++)
		schedule_wait(&s, schedule_rcpt(&s, a, i, "x", 1), 0, 0, 0);
	put(&s, 10, "t", 5, "x", 0, 0);
	is_num(schedule_pick(&s, 0, run, 7), 7, "a run ends at its limit");
	is_num(schedule_pick(&s, 0, run, 100), 16, "and at its site's share");
	is_num(schedule_pick(&s, 0, run, 100), 0, "which it has then");
	for (i = 0; i < s.n_rcpt; i++)
		if (s.rcpt[i].where == SCHEDULE_OUT)
			schedule_idle(&s, i);
	schedule_look(&s, 0);
	is_num(schedule_pick(&s, 0, run, 100), 17, "and at the message's end");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

/* simulation */

struct busy {
	uint32_t rcpt;
	int64_t done_ms;
};

/*
 * Time until the last of n messages to fast.example is delivered, where each
 * takes 10 ms; with `slow` messages to slow sites that take 20 s each
 */
static int64_t
drain(unsigned n, unsigned slow, unsigned slow_sites)
{
	static struct busy busy[1000];
	unsigned n_busy = 0, i, id = 0, left = n, k;
	struct schedule s;
	uint32_t run[100];
	int64_t now = 0;
	char domain[32];

	schedule_init(&s, 500);
	for (i = 0; i < slow; i++) {
		snprintf(domain, sizeof domain, "slow%u", i % slow_sites);
		put(&s, id++, "t", 5, domain, 0, 0);
	}
	for (i = 0; i < n; i++)
		put(&s, id++, "t", 5, "fast.example", 0, 0);
	for (; left > 0 && now < 1000000; now++) {
		for (i = 0; i < n_busy; i++) {
			if (busy[i].done_ms > now)
				continue;
			left -= domain_of(&s, busy[i].rcpt)[0] == 'f';
			schedule_back(&s, busy[i].rcpt);
			drop(&s, busy[i].rcpt);
			busy[i--] = busy[--n_busy];
		}
		schedule_tick(&s, now);
		schedule_look(&s, now);
		while ((k = schedule_pick(&s, now, run, 100)) > 0)
			for (i = 0; i < k; i++) {
				busy[n_busy].rcpt = run[i];
				busy[n_busy++].done_ms = now +
				    (domain_of(&s, run[i])[0] == 'f' ? 10
								     : 20000);
			}
	}
	schedule_free(&s);
	return now;
}

static void
test_simulation(void)
{
	int64_t alone = drain(10000, 0, 1), beside = drain(10000, 10000, 1);
	int64_t five = drain(10000, 10000, 5);

	printf("# 10,000 to a fast site: %lld ms alone, %lld ms beside "
	       "10,000 to a slow one, %lld ms beside five slow ones\n",
	    (long long)alone, (long long)beside, (long long)five);
	ok(beside <= 2 * alone + alone / 10,
	    "a slow site leaves a fast one half the speed");
	ok(five <= 8 * alone, "five slow sites an eighth");
}

/* memory */

static size_t
resident(void)
{
	size_t size = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%zu %zu", &size, &pages) != 2)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void
test_memory(void)
{
	enum { RCPTS = 1000000, DOMAINS = 100000 };
	size_t before = resident(), used;
	struct schedule s;
	char domain[40];
	unsigned i;

	/* the worst case but for domains: each recipient a message */
	schedule_init(&s, 400);
	for (i = 0; i < RCPTS; i++) {
		snprintf(domain, sizeof domain, "customer%u.example.org",
		    i % DOMAINS);
		put(&s, i, "tenant", 5, domain, 1000000 + dice(1000000), 0);
	}
	used = resident() - before;
	printf("# 1,000,000 waiting recipients in as many messages and 100,000 "
	       "domains: %zu MB\n",
	    used >> 20);
#if defined(__SANITIZE_ADDRESS__)
	ok(1, "memory is not measured under ASan");
#else
	ok(used < 140u << 20, "1,000,000 waiting recipients fit");
#endif
	schedule_tick(&s, 3000000);
	ok(s.heap_n == 1000000 - 4096 && schedule_due(&s) <= 3000000,
	    "no more than a slice in one call");
	while (schedule_due(&s) <= 3000000)
		schedule_tick(&s, 3000000);
	ok(s.heap_n == 0 && s.used_lane == DOMAINS, "all come due");
	schedule_free(&s);
}

int
main(void)
{
	test_small();
	test_turns();
	test_prios();
	test_random();
	test_late();
	test_simulation();
	test_memory();
	return done();
}
