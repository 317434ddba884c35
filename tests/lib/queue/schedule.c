#include "scheduletest.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
	ok(s.used_rcpt == 0 && s.messages.n == 0 && s.lanes.n == 0 &&
		s.domains.index.n == 0 && s.sites.index.n == 0 &&
		s.owners.index.n == 0 && s.due.n == 0 && s.out == 0 &&
		s.late == 0,
	    "when all is done nothing is left");
	schedule_free(&s);
}

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
	is_num(s.messages.n, 0, "all done");

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
	ok(s.due.n == 1000000 - 4096 && schedule_due(&s) <= 3000000,
	    "no more than a slice in one call");
	while (schedule_due(&s) <= 3000000)
		schedule_tick(&s, 3000000);
	ok(s.due.n == 0 && s.lanes.n == DOMAINS, "all come due");
	schedule_free(&s);
}

int
main(void)
{
	test_small();
	test_random();
	test_memory();
	return done();
}
