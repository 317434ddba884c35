/* slices between rounds of the loop, as long as there is more to do */
#include "run/run.h"
#include "tap.h"

static struct run r;
static unsigned left, done_in, rounds;
static struct loop_hook hook;

static void
on_round(void *arg)
{
	(void)arg;
	rounds++;
}

static int
slice(struct run *x)
{
	if (x != &r || left == 0)
		return 0;
	done_in++;
	return --left > 0;
}

static void
run(unsigned n)
{
	left = n;
	done_in = rounds = 0;
	rounds_more(&r);
	rounds_more(&r);
	is_num(done_in, 0, "not at once");
	loop_run();
}

int
main(void)
{
	loop_hook_start(&hook, on_round, NULL);
	rounds_start(&r, slice);
	run(1);
	is_num(done_in, 1, "asked for twice, done once");
	run(5);
	is_num(done_in, 5, "as long as there is more");
	ok(rounds >= 5, "one in a round of the loop");
	r.stopping = 1;
	run(5);
	is_num(done_in, 0, "nothing more at the end");
	return done();
}
