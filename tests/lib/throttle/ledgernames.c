/* numbers for what a ledger says again and again */
#include "throttle/ledgernames.h"
#include "tap.h"
#include <stdlib.h>

static struct ledgernames t = { .seed = 7 };
static int tell;

static int
number(const char *s, uint64_t at)
{
	return ledgernames_number(&t, s, strlen(s), at, &tell);
}

static void
few(void)
{
	is_num(number("a", 0), 0, "the first");
	is_num(tell, 1, "is told");
	is_num(number("b", 10), 1, "the next");
	is_num(tell, 1, "is told");
	is_num(number("a", 20), 0, "the first again");
	is_num(tell, 0, "is known");
	is_num(ledgernames_number(&t, "a\0", 2, 20, &tell), 2, "with a NUL");
	is_num(ledgernames_number(&t, "", 0, 20, &tell), 3, "nothing at all");
	is_num(number("a", LEDGERNAMES_AGAIN - 1), 0, "one byte before");
	is_num(tell, 0, "it is known");
	is_num(number("a", LEDGERNAMES_AGAIN), 0, "after a million bytes");
	is_num(tell, 1, "it is told again");
	is_num(number("a", LEDGERNAMES_AGAIN + 1), 0, "and then");
	is_num(tell, 0, "known");
	is_num(number("b", LEDGERNAMES_AGAIN + 9), 1, "each by itself");
	is_num(tell, 0, "is known");
}

/* as many as there are, and one */
static void
many(void)
{
	char s[32];
	int i, bad = 0;

	ledgernames_forget(&t);
	for (i = 0; i < LEDGERNAMES_MAX; i++) {
		snprintf(s, sizeof s, "name %d", i);
		bad += number(s, 0) != i || !tell;
	}
	for (i = 0; i < LEDGERNAMES_MAX; i++) {
		snprintf(s, sizeof s, "name %d", i);
		bad += number(s, 0) != i || tell;
	}
	is_num(bad, 0, "each of 4096 has its number");
	is_num(number("one more", 0), 0, "one more: all begin anew");
	is_num(number("name 1", 0), 1, "also what was there");
	is_num(tell, 1, "and is told");
}

static void
big(void)
{
	size_t n = LEDGERNAMES_BYTES / 4;
	char *p = calloc(1, n);
	int i;

	ledgernames_forget(&t);
	for (i = 0; i < 3; i++) {
		p[0] = (char)i;
		ledgernames_number(&t, p, n, 0, &tell);
	}
	p[0] = 0;
	is_num(ledgernames_number(&t, p, n, 0, &tell), 0, "three of a quarter");
	is_num(tell, 0, "are kept");
	p[0] = 3;
	is_num(ledgernames_number(&t, p, n, 0, &tell), 0,
	    "the fourth has no room: anew");
	ok(t.bytes <= LEDGERNAMES_BYTES && t.names.n == 1, "within the memory");
	free(p);
}

int
main(void)
{
	few();
	many();
	big();
	ledgernames_forget(&t);
	is_num((long long)t.names.n, 0, "forgotten");
	return done();
}
