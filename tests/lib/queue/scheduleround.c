/* rounds: priorities by their weights, owners and lanes in turn */
#include "scheduletest.h"

int
main(void)
{
	struct schedule s;
	uint32_t r[4], l[4], i, n[SCHEDULE_PRIOS] = { 0 };
	struct schedule_round o;
	int prio;

	round_open(&o);
	is_num(round_next(&o), -1, "nobody is there");
	schedule_init(&s, 10);
	for (i = 0; i < 4; i++) {
		char domain[] = "a.example";

		domain[0] += i;
		r[i] = put(&s, i, "t", i == 3 ? 0 : 9, domain, 0, 0);
		l[i] = lane_find(&s, r[i]);
		lane_leave(&s, l[i]);
		round_add(&s, &o, l[i], i == 2);
	}
	is_num(s.owner[s.lane[l[0]].place].turn, l[2], "one that came first");
	for (i = 0; i < 65; i++) {
		prio = round_next(&o);
		round_served(&o, prio);
		n[prio]++;
	}
	is_num(n[0], 64, "64 turns for the most urgent");
	is_num(n[9], 1, "and one for the least");
	round_first(&s, &o, l[1]);
	is_num(s.owner[s.lane[l[0]].place].turn, l[1], "its turn is next");
	round_cut(&s, &o, l[1]);
	is_num(s.owner[s.lane[l[0]].place].turn, s.lane[l[1]].next,
	    "then the next one's");
	round_cut(&s, &o, l[0]);
	round_cut(&s, &o, l[2]);
	is_num(o.turn[9], SCHEDULE_NONE, "an owner goes with his last lane");
	is_num(round_next(&o), 0, "the other one stays");
	for (i = 0; i < 4; i++) {
		if (i == 3)
			round_cut(&s, &o, l[i]);
		lane_enter(&s, l[i]);
		schedule_drop(&s, r[i]);
	}
	ok(sound(&s), "all adds up");
	schedule_free(&s);
	return done();
}
