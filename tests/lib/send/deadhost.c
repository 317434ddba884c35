#include "send/deadhost.h"
#include "tap.h"

int
main(void)
{
	struct deadhost d = { .first_ms = 60, .max_ms = 200, .probe_ms = 30 };
	struct deadhost off = { .first_ms = 0 };
	char big[DEADHOST_KEY_MAX + 1] = "", why[DEADHOST_TEXT_MAX + 10];
	const char *s;
	int i, n;

	ok(deadhost_skip(&d, "a", 1, 1) == NULL, "nothing known");
	deadhost_alive(&d, "a", 1);
	deadhost_failed(&d, "a", 1, 1000, "refused");
	is_str(deadhost_skip(&d, "a", 1, 1059), "refused", "dead");
	ok(deadhost_skip(&d, "b", 1, 1059) == NULL, "others are not");
	ok(deadhost_skip(&d, "aa", 2, 1059) == NULL, "nor longer keys");
	deadhost_failed(&d, "a", 1, 1010, "again");
	is_str(deadhost_skip(&d, "a", 1, 1069), "again",
	    "a second failure at the same time");
	ok(deadhost_skip(&d, "a", 1, 1070) == NULL, "does not double");
	ok(deadhost_skip(&d, "a", 1, 1070) != NULL, "one probe only");
	ok(deadhost_skip(&d, "a", 1, 1099) != NULL, "while it may last");
	ok(deadhost_skip(&d, "a", 1, 1100) == NULL, "then another");
	deadhost_failed(&d, "a", 1, 1100, "still");
	ok(deadhost_skip(&d, "a", 1, 1219) != NULL, "doubled");
	ok(deadhost_skip(&d, "a", 1, 1220) == NULL, "and no more");
	deadhost_failed(&d, "a", 1, 1220, "still");
	ok(deadhost_skip(&d, "a", 1, 1419) != NULL, "up to the maximum");
	ok(deadhost_skip(&d, "a", 1, 1420) == NULL, "exactly");
	deadhost_alive(&d, "a", 1);
	ok(deadhost_skip(&d, "a", 1, 1420) == NULL &&
		deadhost_skip(&d, "a", 1, 1420) == NULL,
	    "alive again");
	deadhost_failed(&d, big, DEADHOST_KEY_MAX, 0, "x");
	ok(deadhost_skip(&d, big, DEADHOST_KEY_MAX, 1) != NULL, "longest key");
	deadhost_failed(&d, big, DEADHOST_KEY_MAX + 1, 0, "x");
	ok(deadhost_skip(&d, big, DEADHOST_KEY_MAX + 1, 1) == NULL,
	    "a longer one is not kept");
	memset(why, 'y', sizeof why);
	why[sizeof why - 1] = '\0';
	deadhost_failed(&d, "l", 1, 0, why);
	s = deadhost_skip(&d, "l", 1, 1);
	is_num(strlen(s), DEADHOST_TEXT_MAX - 1, "a long reason is cut");
	/* more than there is room for */
	for (i = 0; i < 100000; i++)
		deadhost_failed(&d, &i, sizeof i, 2000, "x");
	for (i = n = 0; i < 100000; i++)
		n += deadhost_skip(&d, &i, sizeof i, 2001) != NULL;
	ok(n > DEADHOST_BUCKETS && n <= DEADHOST_BUCKETS * DEADHOST_WAYS,
	    "the table is bounded");
	deadhost_failed(&off, "a", 1, 1, "x");
	ok(deadhost_skip(&off, "a", 1, 1) == NULL, "switched off");
	deadhost_free(&d);
	return done();
}
