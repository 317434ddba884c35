#include "queue/age.h"
#include "tap.h"
#include <string.h>

#define DAY (86400 * INT64_C(1000))
#define NOW (1790000000 * INT64_C(1000))
#define YEARS (3650 * DAY)

static struct age
fresh(void)
{
	struct age a = { .start_ms = NOW - 1000, .max_ms = 366 * DAY };

	return a;
}

static void
test_steps(void)
{
	struct age a = fresh();

	is_num(age_clock(&a, NOW, NOW + 59999, AGE_STEP_MS), 0, "no step");
	is_num(age_clock(&a, NOW, NOW - 59999, AGE_STEP_MS), 0, "nor back");
	is_num(age_clock(&a, NOW, NOW + DAY - 1, AGE_AWAY_MS), 0,
	    "a day off is none");
	is_num(age_birth(&a, NOW - DAY, NOW), NOW - DAY, "as it stands");
	is_num(age_clock(&a, NOW, NOW + 60000, AGE_STEP_MS), 1, "a step");
	is_num(age_clock(&a, NOW, NOW - 60000, AGE_STEP_MS), 1, "one back");
	is_num(a.n, 2, "two steps");
}

static void
test_forward(void)
{
	struct age a = fresh();
	int64_t now = NOW + 30 * DAY;

	/* the clock jumps a month ahead: what was born before is as old as
	 * it was, what is born after is what it says */
	age_clock(&a, NOW, now, AGE_STEP_MS);
	is_num(now - age_birth(&a, NOW - DAY, now), DAY, "a day old");
	is_num(now - age_birth(&a, NOW, now), 0, "just born");
	is_num(now - age_birth(&a, NOW + DAY, now), 29 * DAY, "in between");
	is_num(now - age_birth(&a, now - 5, now), 5, "after it");
	/* and another one: both count for the old one */
	age_clock(&a, now + DAY, now + 10 * DAY, AGE_STEP_MS);
	now += 10 * DAY;
	is_num(now - age_birth(&a, NOW - DAY, now), 2 * DAY, "two days old");
	is_num(now - age_stepped(&a, NOW + 28 * DAY, now), 12 * DAY - 9 * DAY,
	    "what was right behind the first is moved by the second alone");
	is_num(now - age_stepped(&a, now - 5, now), 5, "but not behind it");
}

static void
test_back(void)
{
	struct age a = fresh();

	/* it was ten years ahead and is set right */
	age_clock(&a, NOW + YEARS, NOW, AGE_STEP_MS);
	is_num(NOW - age_birth(&a, NOW + YEARS - DAY, NOW), DAY,
	    "born in the future, a day ago");
	is_num(NOW - age_birth(&a, NOW - DAY, NOW), DAY, "born before that");
	is_num(NOW + 9 * DAY - age_birth(&a, NOW + 8 * DAY, NOW + 9 * DAY), DAY,
	    "born after it");
	/* and goes wrong again, further: what was in the future in between
	 * tells of itself all the same */
	age_clock(&a, NOW + DAY, NOW + DAY + 2 * YEARS, AGE_STEP_MS);
	is_num(NOW + DAY + 2 * YEARS -
		age_birth(&a, NOW + YEARS - DAY, NOW + DAY + 2 * YEARS),
	    2 * DAY, "born in the first future");
	is_num(NOW + DAY + 2 * YEARS -
		age_birth(&a, NOW - DAY, NOW + DAY + 2 * YEARS),
	    2 * DAY, "born before that");
}

static void
test_unknown(void)
{
	struct age a = fresh();

	is_num(age_birth(&a, NOW + YEARS, NOW), NOW - 1000,
	    "in the future, nobody knows why: from the start on");
	is_num(age_birth(&a, NOW - YEARS, NOW), NOW - 1000,
	    "older than any message: from the start on");
	is_num(age_birth(&a, NOW - 366 * DAY, NOW), NOW - 366 * DAY,
	    "as old as a message may be");
	is_num(age_birth(&a, NOW - 366 * DAY - 1, NOW), NOW - 1000,
	    "a millisecond older");
	is_num(age_birth(&a, NOW + 60000, NOW), NOW, "a little ahead");
}

static void
test_next(void)
{
	struct age a = fresh();
	const int64_t hour = DAY / 24, max = 9 * hour;

	is_num(age_next(&a, NOW + hour, NOW, max), NOW + hour, "as it stands");
	is_num(age_next(&a, NOW + max + 1, NOW, max), NOW + max,
	    "later than anything: capped");
	/* two hours back while nobody looked: all files are from before */
	a.away_ms = -2 * hour;
	is_num(age_next(&a, NOW + 3 * hour, NOW, max), NOW + hour, "moved");
	is_num(age_next(&a, NOW + hour, NOW, max), NOW - hour, "due by now");
	a.away_ms = 0;
	/* back while somebody looked: only what cannot be from after it */
	age_clock(&a, NOW + 10 * hour, NOW, AGE_STEP_MS);
	is_num(age_next(&a, NOW + 12 * hour, NOW, max), NOW + 2 * hour,
	    "set before it");
	is_num(age_next(&a, NOW + max, NOW, max), NOW + max,
	    "it may be from after it");
	/* and two steps, with one forward in between */
	age_clock(&a, NOW, NOW + YEARS, AGE_STEP_MS);
	age_clock(&a, NOW + YEARS, NOW, AGE_STEP_MS);
	is_num(age_next(&a, NOW + YEARS + 12 * hour, NOW, max), NOW + 2 * hour,
	    "set before both");
}

static void
test_text(void)
{
	struct age a = fresh(), b = fresh();
	struct buf t = { 0 };
	unsigned i;

	age_clock(&a, NOW, NOW + DAY, AGE_STEP_MS);
	age_clock(&a, NOW + DAY, NOW - DAY, AGE_STEP_MS);
	age_text(&a, NOW - DAY, &t);
	is_num(age_read(&b, buf_data(&t), buf_len(&t)), NOW - DAY, "the time");
	ok(a.n == b.n && memcmp(a.step, b.step, sizeof a.step) == 0,
	    "the steps");
	is_num(age_read(&b, "x\n12 +5\n", 8), 0, "no time");
	is_num(age_read(&b, "12", 2), 0, "a line cut short");
	is_num(age_read(&b, "12\n7\nx +5\n8 +\n", 14), 12, "junk behind it");
	is_num(b.n, 2, "is no step");
	/* at the limit and one above */
	for (i = 0; i < AGE_STEPS_MAX - 2 + 1; i++)
		age_clock(&a, NOW + i, NOW + i + DAY, AGE_STEP_MS);
	is_num(a.n, AGE_STEPS_MAX, "so many steps");
	is_num(a.step[0].by_ms, -2 * DAY, "the oldest is forgotten");
	buf_clear(&t);
	age_text(&a, NOW, &t);
	ok(buf_len(&t) <= AGE_TEXT_MAX, "has room");
	buf_free(&t);
}

int
main(void)
{
	test_steps();
	test_forward();
	test_back();
	test_unknown();
	test_next();
	test_text();
	return done();
}
