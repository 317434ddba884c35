#include "queue/scheduleparts.h"
#include "scheduletest.h"

/* how many more may go there: by the window, what it was told, and probes */
static void
test_allowance(void)
{
	struct schedule s;
	struct schedule_site *t;
	uint32_t r, i, out[1];

	schedule_init(&s, 100);
	r = put(&s, 1, "t", 5, "a.example", 0, 0);
	i = site_of_domain(&s, s.rcpt[r].domain);
	t = &s.site[i];
	is_num(site_of_domain(&s, s.rcpt[r].domain), i, "a domain's site");
	is_num(site_allowance(&s, i, 0), 100, "as many as there are places");
	s.out = 60;
	t->out = 15;
	is_num(site_allowance(&s, i, 0), 25, "or its share of those");
	t->out = 41;
	is_num(site_allowance(&s, i, 0), 0, "never less than none");
	s.out = 101;
	is_num(site_allowance(&s, i, 0), 0, "nor where the window is small");
	s.out = t->out = 10;
	t->room = 12;
	t->until_ms = 500;
	is_num(site_allowance(&s, i, 499), 2, "the room that it has");
	is_num(site_allowance(&s, i, 500), 80, "until its time");
	t->probes = 11;
	is_num(site_allowance(&s, i, 500), 1, "and no more than probes");
	t->probes = 9;
	is_num(site_allowance(&s, i, 500), 0, "while more hang there");
	s.out = t->out = 0;
	t->probes = 0;
	is_num(schedule_pick(&s, 0, out, 1), 1, "one goes");
	is_num(t->out, 1, "and counts");
	schedule_back(&s, out[0]);
	is_num(t->out, 0, "until it is back");
	drop(&s, out[0]);
	is_num(s.sites.index.n, 0, "a site goes with its last domain");
	schedule_free(&s);
}

/* at a site without room urgent lanes go before others, but not always */
static void
test_parked(void)
{
	enum { N = 7 };
	struct schedule s;
	char owner[16], got[20] = "";
	uint32_t r = 0, l[N], i, n = 0;

	schedule_init(&s, 100);
	for (i = 0; i < N; i++) {
		snprintf(owner, sizeof owner, "t%u", i);
		r = put(&s, i, owner, i == 0 ? 5 : 4, "a.example", 0, 0);
		l[i] = lane_find(&s, r);
		lane_leave(&s, l[i]);
		site_park(&s, l[i], 0);
	}
	i = s.domain_site[s.rcpt[r].domain];
	is_num(s.site[i].n_parked, N, "seven wait");
	for (r = s.site[i].parked_head; r != SCHEDULE_NONE; r = s.lane[r].next)
		n += snprintf(got + n, sizeof got - n, "%u",
		    s.rcpt[s.lane[r].fresh.head].message);
	is_str(got, "6432105",
	    "four urgent ones before another, not the fifth");
	ok(sound(&s), "all adds up");
	schedule_look(&s, 0);
	is_num(s.site[i].n_parked, 0, "there is room: they take turns");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

int
main(void)
{
	test_allowance();
	test_parked();
	return done();
}
