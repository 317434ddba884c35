#include "share/sharelost.h"
#include "tap.h"

#define S INT64_C(1000000)

static struct sharelost s;
static struct lease_answer a;

static void
without(int64_t now_us)
{
	sharelost_without(&s, now_us, &a);
}

static void
gone(void)
{
	s = (struct sharelost){ .machines = 4 };
	is_num(sharelost_down(&s, "x", 10 * S), 1, "it is gone");
	is_num(sharelost_down(&s, "x", 11 * S), 0, "that is told once");
	is_num(sharelost_alone(&s, 10 * S + LEASE_TERM_US), 0,
	    "others may have something");
	without(10 * S + LEASE_TERM_US);
	is_num(a.has, 0, "so we have nothing");
	is_num(sharelost_alone(&s, 10 * S + LEASE_TERM_US + LEASE_MARGIN_US), 1,
	    "now nobody has");
	is_num(sharelost_alone(&s, 20 * S), 0, "that is told once");
	without(20 * S);
	is_num(a.has, 1, "one part");
	is_num(a.of, 4, "of four");
	is_num(a.until_us, 20 * S + LEASE_ALONE_US, "for a moment");
	is_num(a.alone, 1, "as our own");
}

static void
back(void)
{
	int64_t n[SHARESCRIPT_NUMBERS] = { 2 * S };

	is_num(sharelost_up(&s, n, 30 * S, 30 * S + 5), 0, "back, but to wait");
	sharelost_answer(&s, n, 10, 30 * S, 30 * S + 5, &a);
	is_num(a.alone, 1, "as before");
	is_num(a.has, 1, "with our part");
	sharelost_answer(&s, n, 10, 30 * S, 32 * S - 9, &a);
	is_num(a.until_us, 32 * S, "until others may have something");
	sharelost_answer(&s, n, 10, 30 * S, 32 * S, &a);
	is_num(a.has, 0, "and not then");
	n[SHARESCRIPT_WAIT] = 0;
	n[SHARESCRIPT_HAS] = 3;
	n[SHARESCRIPT_KEPT] = 9;
	n[SHARESCRIPT_LEVEL] = INT64_MIN;
	n[SHARESCRIPT_BACK] = INT64_MAX;
	n[SHARESCRIPT_RETRY] = -1;
	is_num(sharelost_up(&s, n, 32 * S, 33 * S), 1, "it is there again");
	is_num(sharelost_up(&s, n, 32 * S, 33 * S), 0, "that is told once");
	sharelost_answer(&s, n, 10, 32 * S, 33 * S, &a);
	is_num(a.has, 3, "three parts");
	is_num(a.kept, 3, "no more than that");
	is_num(a.of, 10, "of ten");
	is_num(a.back, 10, "no more to go back than there are");
	is_num(a.retry_us, 0, "no time is none");
	is_num(a.level, -1000 * LEASE_WHOLE, "no level below what may be owed");
	is_num(a.until_us, 32 * S + LEASE_TERM_US - LEASE_MARGIN_US,
	    "a lease counts from when it was asked for");
}

static void
none(void)
{
	s = (struct sharelost){ .machines = 0 };
	sharelost_down(&s, "x", S);
	is_num(sharelost_alone(&s, 100 * S), 0, "-n 0 is never alone");
	without(100 * S);
	is_num(a.has, 0, "nothing goes");
	ok(a.of > 0, "of something");
}

/* the first time, and Redis makes all wait: nobody was alone */
static void
fresh(void)
{
	int64_t n[SHARESCRIPT_NUMBERS] = { 2 * S, 0, 0, 0, 0, 0, 2 * S };

	s = (struct sharelost){ .machines = 2 };
	is_num(sharelost_up(&s, n, S, S), 0, "up");
	sharelost_answer(&s, n, 5, S, S, &a);
	is_num(a.has, 0, "nothing yet");
	is_num(a.retry_us, 2 * S, "ask again then");
	n[SHARESCRIPT_WAIT] = 0;
	is_num(sharelost_up(&s, n, 3 * S, 3 * S), 1, "it is there");
	is_num(sharelost_up(&s, n, 4 * S, 4 * S), 0, "that is told once");
}

/* another reason is told, but not each time where they take turns */
static void
reasons(void)
{
	const int64_t while_us = SHARELOST_TELL_MS * INT64_C(1000);
	int64_t n[SHARESCRIPT_NUMBERS] = { 0 };
	char one[SHARELOST_WHY_MAX + 2], two[sizeof one];

	s = (struct sharelost){ .machines = 2 };
	is_num(sharelost_down(&s, "x", S), 1, "why");
	is_num(sharelost_down(&s, "y", S + while_us - 1), 0, "another, soon");
	is_num(sharelost_down(&s, "x", S + while_us), 0, "the same, later");
	is_num(sharelost_down(&s, "y", S + while_us), 1, "another, later");
	is_num(sharelost_down(&s, "x", S + while_us + 1), 0, "and back, soon");
	is_num(sharelost_up(&s, n, 5 * S, 5 * S), 1, "it is there");
	is_num(sharelost_down(&s, "y", 5 * S + 1), 1, "the first is news");
	memset(one, 'a', sizeof one);
	memcpy(two, one, sizeof one);
	one[SHARELOST_WHY_MAX + 1] = two[SHARELOST_WHY_MAX + 1] = '\0';
	two[SHARELOST_WHY_MAX] = 'b';
	is_num(sharelost_down(&s, one, 9 * S), 1, "a long one");
	is_num(sharelost_down(&s, two, 19 * S), 0, "is known by its beginning");
	two[SHARELOST_WHY_MAX - 1] = 'b';
	is_num(sharelost_down(&s, two, 19 * S), 1, "to its last byte");
}

int
main(void)
{
	gone();
	back();
	none();
	fresh();
	reasons();
	return done();
}
