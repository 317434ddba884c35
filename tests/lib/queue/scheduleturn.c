#include "queue/scheduleparts.h"
#include "scheduletest.h"

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
put_in(struct schedule *s, unsigned i, const char *campaign)
{
	uint32_t m = schedule_message(s, id_of(i), "t", 1, 5, 0);

	if (*campaign != '\0')
		schedule_campaign(s, m, campaign, strlen(campaign));
	schedule_wait(s, schedule_rcpt(s, m, 0, "one.example", 11), 0, 0, 0);
}

/* whose turn it is of three campaigns of a tenant, for one domain */
static void
test_campaigns(void)
{
	struct schedule s;
	uint32_t run[100], i, m, first[3] = { 0 };

	schedule_init(&s, 4000);
	for (i = 0; i < 1000; i++)
		put_in(&s, i, "spring");
	put_in(&s, i++, "codes");
	put_in(&s, i, "");
	for (i = 1; schedule_pick(&s, 0, run, 1) == 1; i++) {
		m = s.rcpt[run[0]].message;
		if (m >= 1000 && first[m - 1000] == 0)
			first[m - 1000] = i;
	}
	is_num(i, 1003, "all of them go");
	ok(first[0] <= 3 && first[1] <= 3,
	    "a campaign's one goes before 1,000 of another, also without one");
	is_num(s.lanes.n, 0, "no lane is left");
	schedule_free(&s);

	/* a site that takes one at a time */
	schedule_init(&s, 400);
	for (i = 0; i < 1000; i++)
		put_in(&s, i, "spring");
	put_in(&s, i, "codes");
	schedule_hold(&s, s.rcpt[0].domain, 1, 1000000);
	for (i = 1; i < 1000; i++) {
		schedule_look(&s, 0);
		if (schedule_pick(&s, 0, run, 100) != 1 ||
		    s.rcpt[run[0]].message == 1000)
			break;
		schedule_back(&s, run[0]);
		drop(&s, run[0]);
	}
	ok(i <= 3, "also where a site takes one at a time");
	ok(sound(&s), "and all adds up");
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

static const char *
domain_of(const struct schedule *s, uint32_t r)
{
	static char t[260];
	const struct nametable_name *n = &s->domains.name[s->rcpt[r].domain];

	snprintf(t, sizeof t, "%.*s", (int)n->len, n->s);
	return t;
}

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

/*
 * A site that takes one in 18 s, with two in line at throttle; all others are
 * put off, and tried again each 5 s.  They come at a third more than that from
 * seven owners: by how many do the owners differ that have been served?
 */
enum { OWNERS = 7, SECONDS = 4000, LINE = 2 };

struct narrow {
	struct schedule s;
	unsigned served[OWNERS], id, n_line;
	uint32_t line[LINE], domain;
};

static void
narrow_come(struct narrow *x, int64_t now)
{
	char owner[8];
	uint32_t r;

	snprintf(owner, sizeof owner, "t%u", x->id % OWNERS);
	r = put(&x->s, x->id, owner, 5, "a.example", now, now);
	x->s.message[x->s.rcpt[r].message].sender = x->id++ % OWNERS;
	x->domain = x->s.rcpt[r].domain;
}

static void
narrow_serve(struct narrow *x)
{
	uint32_t r = x->line[0];

	x->served[x->s.message[x->s.rcpt[r].message].sender]++;
	schedule_back(&x->s, r);
	drop(&x->s, r);
	x->line[0] = x->line[1];
	x->n_line--;
}

static void
narrow_offer(struct narrow *x, uint32_t r, int64_t now)
{
	if (x->n_line < LINE) {
		x->line[x->n_line++] = r;
		return;
	}
	schedule_back(&x->s, r);
	schedule_hold(&x->s, x->domain, LINE, now + 5000);
	schedule_wait(&x->s, r, now, now, 1);
}

static unsigned
uneven(const struct narrow *x)
{
	unsigned i, least = x->served[0], most = least;

	for (i = 1; i < OWNERS; i++) {
		least = x->served[i] < least ? x->served[i] : least;
		most = x->served[i] > most ? x->served[i] : most;
	}
	return most - least;
}

static void
test_put_off(void)
{
	static struct narrow x;
	unsigned n, worst = 0;
	uint32_t run[100];
	int64_t now;

	schedule_init(&x.s, 500);
	for (now = 0; now < SECONDS * 1000; now += 500) {
		if (now % 13500 == 0)
			narrow_come(&x, now);
		if (now % 18000 == 0 && x.n_line > 0)
			narrow_serve(&x);
		schedule_tick(&x.s, now);
		schedule_look(&x.s, now);
		while ((n = schedule_pick(&x.s, now, run, 100)) > 0)
			while (n-- > 0)
				narrow_offer(&x, run[n], now);
		/* when there is always somebody of each */
		if (now >= SECONDS * 500 && uneven(&x) > worst)
			worst = uneven(&x);
	}
	printf("# they differ by %u at most\n", worst);
	ok(worst <= 2, "who is put off keeps his turn");
	ok(sound(&x.s), "all adds up");
	schedule_free(&x.s);
}

/* what went down before we began takes a place as if it had gone now */
static void
test_claim(void)
{
	struct schedule s;
	uint32_t run[4], a, b, c;

	schedule_init(&s, 2);
	a = put(&s, 1, "t", 5, "a.example", 0, 0);
	b = put(&s, 2, "t", 5, "a.example", 1000, 0);
	c = put(&s, 3, "t", 5, "a.example", 1000, 0);
	is_num(schedule_claim(&s, b), 0, "one that waits is claimed");
	ok(s.rcpt[b].where == SCHEDULE_OUT && s.out == 1 &&
		s.site[s.rcpt[b].a].out == 1,
	    "and has a place in the window and at its site");
	is_num(schedule_due(&s), 1000, "others wait on");
	is_num(schedule_pick(&s, 0, run, 4), 0, "a site's share is one of two");
	is_num(schedule_claim(&s, a), 0, "but a claim is no turn");
	is_num(schedule_claim(&s, c), -1, "for a third there is no place");
	is_num(s.rcpt[c].where, SCHEDULE_TIMER, "so it stays where it is");
	schedule_back(&s, a);
	schedule_back(&s, b);
	ok(s.out == 0 && s.rcpt[a].where == SCHEDULE_IDLE, "both come back");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

int
main(void)
{
	test_turns();
	test_campaigns();
	test_prios();
	test_late();
	test_claim();
	test_simulation();
	test_put_off();
	return done();
}
