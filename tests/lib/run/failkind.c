/* what recipients have failed with, by number */
#include "run/failkind.h"
#include "tap.h"

static struct failkind k;

static uint8_t
number(const char *class, const char *failure)
{
	return failkind_number(&k, (struct slice){ class, strlen(class) },
	    (struct slice){ failure, strlen(failure) });
}

static void
is_case(uint8_t n, const char *class, const char *failure)
{
	struct retry_case c = { { "d", 1 }, { 0 }, { 0 } };

	failkind_case(&k, n, &c);
	ok(word_is(c.class, class) && word_is(c.failure, failure) &&
		word_is(c.domain, "d"),
	    class);
}

int
main(void)
{
	char name[40];
	unsigned i;

	is_num(number("", ""), FAILKIND_UNKNOWN, "nothing");
	is_num(number("rcpt", "greylisted"), 1, "the first");
	is_num(number("rcpt", "mailbox-full"), 2, "another");
	is_num(number("dot", "greylisted"), 3, "and another");
	is_num(number("rcpt", ""), 4, "no failure");
	is_num(number("", "greylisted"), 5, "no class");
	is_num(number("rcpt", "greylisted"), 1, "the first again");
	is_case(1, "rcpt", "greylisted");
	is_case(3, "dot", "greylisted");
	is_case(4, "rcpt", "");
	is_case(5, "", "greylisted");
	is_case(FAILKIND_UNKNOWN, "", "");
	is_case(6, "", "");
	is_num(number("abcdefghijklmno", ""), 6, "a class of 15 bytes");
	is_num(number("abcdefghijklmnop", ""), FAILKIND_UNKNOWN,
	    "one of 16 is none");
	for (i = 7; i <= FAILKIND_MAX; i++) {
		snprintf(name, sizeof name, "f%u", i);
		if (number("rcpt", name) != i)
			break;
	}
	is_num(i, FAILKIND_MAX + 1, "as many as there may be");
	is_num(number("rcpt", "more"), FAILKIND_UNKNOWN, "one more is unknown");
	is_num(number("rcpt", name), FAILKIND_MAX, "the last is there");
	is_case(FAILKIND_MAX, "rcpt", name);
	return done();
}
