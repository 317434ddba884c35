#include "base/clock.h"
#include "recv/pauses.h"
#include "tap.h"

static struct pauses pauses;
static struct pause p[4];
static unsigned told;

static void
on_over(struct pause *x)
{
	unsigned i = (unsigned)(x - p);

	told = told * 10 + i + 1;
	ok(!pauses_has(x), "it has none any more");
	/* the next one, from within */
	if (told == 2)
		pauses_add(&pauses, &p[3], 1);
	if (pauses.n == 0)
		loop_stop();
}

int
main(void)
{
	int64_t before = clock_mono_ms();

	pauses.over = on_over;
	ok(!pauses_has(&p[0]), "all zero has none");
	pauses_remove(&pauses, &p[0]);
	is_num(pauses.n, 0, "nor does it lose one");
	is_num(pauses_add(&pauses, &p[0], 3 * PAUSES_TICK_MS), 1, "a pause");
	is_num(pauses_add(&pauses, &p[0], 1), 0, "who has one keeps it");
	is_num(pauses_add(&pauses, &p[1], PAUSES_TICK_MS), 1, "a shorter one");
	is_num(pauses_add(&pauses, &p[2], 1000 * PAUSES_TICK_MS), 1,
	    "one too long for the ring");
	is_num(pauses.n, 3, "three");
	pauses_remove(&pauses, &p[2]);
	is_num(pauses.n, 2, "one less");
	loop_run();
	ok(told == 241 || told == 214, "those that were over, in order");
	ok(clock_mono_ms() - before >= 3 * PAUSES_TICK_MS, "no earlier");
	pauses_add(&pauses, &p[2], UINT32_MAX - PAUSES_TICK_MS);
	told = 0;
	loop_run();
	is_num(told, 3, "the longest");
	is_num(pauses.n, 0, "nobody");
	return done();
}
