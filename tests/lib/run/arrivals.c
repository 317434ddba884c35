/* ids that are to be looked at: now, or when they are old enough */
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n";

static unsigned
ids(const struct buf *b)
{
	return buf_len(b) / NAME_LEN;
}

static void
slices(struct runqueue *q)
{
	unsigned i;

	is_num(arrivals_slice(&q->r), 0, "nothing to do");
	for (i = 0; i < RUN_SLICE; i++) {
		runqueue_file(q, env, "x\n");
		arrivals_put(&q->r, q->id);
	}
	is_num(arrivals_slice(&q->r), 0, "a slice, and no more");
	is_num(q->r.s.messages.n, RUN_SLICE, "all are loaded");
	for (i = 0; i <= RUN_SLICE; i++) {
		runqueue_file(q, env, "x\n");
		arrivals_put(&q->r, q->id);
	}
	is_num(arrivals_slice(&q->r), 1, "one above");
	is_num(q->r.s.messages.n, 2 * RUN_SLICE, "waits");
	is_num(arrivals_slice(&q->r), 0, "for the next");
	is_num(q->r.s.messages.n, 2 * RUN_SLICE + 1, "where it is loaded");
	arrivals_put(&q->r, q->id);
	arrivals_slice(&q->r);
	is_num(q->r.s.messages.n, 2 * RUN_SLICE + 1, "one is there once");
}

static void
young(struct runqueue *q)
{
	static const struct {
		int64_t age_us;
		int want;
	} cases[] = {
		{ 0, 1 },
		{ RUN_YOUNG_US - 1, 1 },
		{ RUN_YOUNG_US, 0 },
		{ -RUN_YOUNG_US + 1, 1 },
		{ -RUN_YOUNG_US, 0 },
	};
	size_t i;

	runqueue_file(q, env, "x\n");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		runqueue_clock.wall_us += cases[i].age_us;
		is_num(arrivals_is_young(q->id), cases[i].want,
		    "young by its id");
		runqueue_clock.wall_us -= cases[i].age_us;
	}
}

/* three that come one after the other */
static void
keep(struct runqueue *q)
{
	uint32_t had = q->r.s.messages.n;
	unsigned i;

	for (i = 0; i < 3; i++) {
		runqueue_file(q, env, "x\n");
		arrivals_keep(&q->r, q->id);
		runqueue_pass(2000);
	}
	is_num(ids(&q->r.arrivals.young), 3, "kept");
	runqueue_fire(&q->r.arrivals.timer);
	is_num(ids(&q->r.arrivals.ids), 1, "one is old enough");
	is_num(ids(&q->r.arrivals.young), 2, "two are not");
	ok(loop_timer_active(&q->r.arrivals.timer), "till later");
	is_num(q->r.rounds.set, 1, "the loop comes round");
	arrivals_slice(&q->r);
	is_num(q->r.s.messages.n, had + 1, "it is loaded");
	runqueue_pass(3000);
	runqueue_fire(&q->r.arrivals.timer);
	arrivals_slice(&q->r);
	is_num(q->r.s.messages.n, had + 3, "and the others");
	is_num(runqueue_fire(&q->r.arrivals.timer), -1, "nothing is left");
}

/* no more than so many; a scan finds what is above */
static void
limits(struct runqueue *q)
{
	struct arrivals *a = &q->r.arrivals;
	unsigned i;

	q->r.load.soon = q->r.load.again = 0;
	for (i = 0; i < RUN_INTAKE_MAX; i++)
		arrivals_put(&q->r, "0123456789abcdefgh00");
	is_num(ids(&a->ids), RUN_INTAKE_MAX, "as many as there may be");
	is_num(q->r.load.soon, 0, "no scan is needed");
	arrivals_put(&q->r, "0123456789abcdefgh00");
	is_num(ids(&a->ids), RUN_INTAKE_MAX, "one above");
	is_num(q->r.load.soon, 1, "a scan is wanted soon");
	while (arrivals_slice(&q->r))
		;
	for (i = 0; i < RUN_INTAKE_MAX; i++)
		arrivals_keep(&q->r, "0123456789abcdefgh00");
	is_num(q->r.load.again, 0, "the same of young ones");
	arrivals_keep(&q->r, "0123456789abcdefgh00");
	is_num(ids(&a->young), RUN_INTAKE_MAX, "one above");
	is_num(q->r.load.again, 1, "the next scan comes sooner");
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	slices(&q);
	young(&q);
	keep(&q);
	limits(&q);
	is_num(ids(&other.r.arrivals.ids) + ids(&other.r.arrivals.young), 0,
	    "another queue has its own");
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
