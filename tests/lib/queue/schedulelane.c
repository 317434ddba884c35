#include "queue/scheduleparts.h"
#include "scheduletest.h"

static uint32_t
lane_of(const struct schedule *s, uint32_t r)
{
	return lane_find(s, r);
}

/* who stands in a line, as their numbers of messages: "1 3 2" */
static const char *
line(const struct schedule *s, const struct schedule_line *x)
{
	static char t[200];
	uint32_t r;
	size_t n = 0;

	t[0] = '\0';
	for (r = x->head; r != SCHEDULE_NONE; r = s->rcpt[r].a)
		n += snprintf(t + n, sizeof t - n, "%s%u", n > 0 ? " " : "",
		    s->rcpt[r].message);
	return t;
}

static void
test_lines(void)
{
	struct schedule s;
	uint32_t r[6], l, i;

	schedule_init(&s, 10);
	for (i = 0; i < 6; i++) {
		r[i] = put(&s, i, "t", 5, "a.example", 100, 0);
		schedule_idle(&s, r[i]);
		s.rcpt[r[i]].tries = i > 3;
	}
	is_num(lane_of(&s, r[0]), SCHEDULE_NONE, "no lane for who waits");
	for (i = 0; i < 6; i++)
		lane_add(&s, r[i], i == 2 || i == 5);
	l = lane_of(&s, r[0]);
	is_str(line(&s, &s.lane[l].fresh), "2 0 1 3", "one before the others");
	is_str(line(&s, &s.lane[l].again), "5 4",
	    "who was tried before stands in a line of its own");
	is_num(s.lane[l].n, 6, "six in it");
	lane_remove(&s, l, r[0]);
	lane_remove(&s, l, r[5]);
	is_str(line(&s, &s.lane[l].fresh), "2 1 3", "taken out of the middle");
	is_str(line(&s, &s.lane[l].again), "4", "and from the head");
	lane_remove(&s, l, r[3]);
	is_str(line(&s, &s.lane[l].fresh), "2 1", "and from the end");
	for (i = 1; i < 5; i++)
		if (i != 3)
			lane_remove(&s, l, r[i]);
	is_num(lane_of(&s, r[0]), SCHEDULE_NONE,
	    "a lane goes with the last one");
	is_num(s.lanes.n, 0, "none is left");
	ok(s.round.turn[5] == SCHEDULE_NONE, "nor an owner with a turn");
	schedule_free(&s);
}

/* who comes back goes in front, and who waits for longest first: in whatever
 * order they come */
static void
test_back(void)
{
	struct schedule s;
	uint32_t r[8], out[1], l, i, n, went[2000], bad = 0, again = 0;
	int64_t now;

	schedule_init(&s, 100);
	for (i = 0; i < 8; i++)
		r[i] = put(&s, i, "t", 5, "a.example", 10 + i / 2, 10 + i / 2);
	for (i = 0; i < 5; i++)
		schedule_pick(&s, 20, out, 1);
	for (i = 0; i < 5; i++) {
		n = (unsigned[]){ 3, 2, 4, 0, 1 }[i];
		schedule_back(&s, r[n]);
		schedule_wait(&s, r[n], 20 + i, 20 + i, 1);
	}
	l = lane_of(&s, r[0]);
	is_str(line(&s, &s.lane[l].fresh), "0 1 2 3 4 5 6 7",
	    "all are where they were");
	lane_remove(&s, l, r[4]);
	schedule_wait(&s, r[4], 30, 30, 0);
	lane_remove(&s, l, r[2]);
	schedule_wait(&s, r[2], 30, 30, 1);
	is_str(line(&s, &s.lane[l].fresh), "0 1 2 3 5 6 7 4",
	    "the last of them is another one now");
	ok(sound(&s), "all adds up");
	schedule_free(&s);

	/* more come than go: of each ten tried three go, the others come back
	 * with the last first, or the first, by chance */
	schedule_init(&s, 100);
	for (i = n = 0, now = 0; n < 2000 && now < 2000; now++) {
		uint32_t ten[10], k, at;

		/* its number says which it is */
		for (; i < 2000 && i < 4 * now + 10; i++) {
			uint32_t x = put(&s, i, "t", 5, "a.example", i, i);

			s.rcpt[x].n = i;
		}
		for (k = 0; k < 10; k++)
			if (schedule_pick(&s, now, &ten[k], 1) == 0)
				break;
		for (at = 0; at < 3 && at < k && n < 2000; at++) {
			went[n++] = s.rcpt[ten[at]].n;
			schedule_back(&s, ten[at]);
			drop(&s, ten[at]);
		}
		again = dice(2);
		for (; at < k; at++) {
			uint32_t x = ten[again ? k + 2 - at : at];

			schedule_back(&s, x);
			schedule_wait(&s, x, 4 * now + 10, 4 * now + 10, 1);
		}
	}
	for (i = 0; i < 2000; i++)
		bad += went[i] != i;
	is_num(bad, 0, "under a rate all go in the order in which they came");
	schedule_free(&s);
}

/* whose turns they are, in their order: "a.x b.x" */
static const char *
ring(const struct schedule *s, const char *owner)
{
	static char t[200];
	uint32_t f, l, first;
	size_t n = 0;

	t[0] = '\0';
	f = nametable_find(&s->owners, owner, strlen(owner));
	l = first = s->owner[f].turn;
	if (l == SCHEDULE_NONE)
		return t;
	do {
		n += snprintf(t + n, sizeof t - n, "%s%.*s", n > 0 ? " " : "",
		    (int)s->domains.name[s->lane[l].domain].len,
		    s->domains.name[s->lane[l].domain].s);
		l = s->lane[l].next;
	} while (l != first);
	return t;
}

static void
test_rings(void)
{
	struct schedule s;
	uint32_t a, b, c;

	schedule_init(&s, 10);
	a = put(&s, 1, "t", 5, "a.x", 0, 0);
	b = put(&s, 2, "t", 5, "b.x", 0, 0);
	put(&s, 3, "u", 5, "a.x", 0, 0);
	c = put(&s, 4, "t", 5, "c.x", 0, 0);
	put(&s, 5, "t", 4, "a.x", 0, 0);
	is_str(ring(&s, "5t"), "a.x b.x c.x", "the last of the round is last");
	is_str(ring(&s, "5u"), "a.x", "another owner has its own ring");
	is_str(ring(&s, "4t"), "a.x", "as has one of another priority");
	is_num(owner_prio(&s, s.round.turn[4]), 4, "where it belongs");
	lane_leave(&s, lane_of(&s, b));
	is_str(ring(&s, "5t"), "a.x c.x", "the middle one leaves");
	lane_leave(&s, lane_of(&s, a));
	is_str(ring(&s, "5t"), "c.x", "and whose turn it is");
	lane_enter(&s, lane_of(&s, a));
	is_str(ring(&s, "5t"), "c.x a.x", "it comes back behind the others");
	lane_enter(&s, lane_of(&s, b));
	lane_leave(&s, lane_of(&s, a));
	lane_leave(&s, lane_of(&s, b));
	lane_leave(&s, lane_of(&s, c));
	is_str(ring(&s, "5t"), "", "all have left");
	is_num(s.owner[s.round.turn[5]].next, s.round.turn[5],
	    "only the other owner has turns");
	schedule_free(&s);
}

/* more of them than there were chains at first */
static void
test_many(void)
{
	enum { N = 3000 };
	static uint32_t r[N];
	struct schedule s;
	char domain[32], owner[16];
	uint32_t i, bad = 0, cap;

	schedule_init(&s, 10);
	for (i = 0; i < N; i++) {
		snprintf(domain, sizeof domain, "d%u.example", i / 3);
		snprintf(owner, sizeof owner, "t%u", i % 3);
		r[i] = put(&s, i, owner, 5, domain, 0, 0);
	}
	for (i = 0; i < N; i++)
		bad += s.lane[lane_of(&s, r[i])].fresh.head != r[i];
	is_num(bad, 0, "3,000 lanes, each is found");
	is_num(s.lanes.n, N, "one each");
	ok(s.lanes.chains >= N, "and there are chains for them");
	cap = s.cap_lane;
	for (i = 0; i < N; i++)
		drop(&s, r[i]);
	for (i = 0; i < N; i++)
		put(&s, i, "t", 5, "a.example", 0, 0);
	is_num(s.lanes.n, 1, "all in one domain have one");
	is_num(s.cap_lane, cap, "whose structure was there already");
	ok(sound(&s), "all adds up");
	schedule_free(&s);
}

int
main(void)
{
	test_lines();
	test_back();
	test_rings();
	test_many();
	return done();
}
