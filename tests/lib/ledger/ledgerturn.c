/* what went and ended at a moment */
#include "ledger/ledgerturn.h"
#include "tap.h"

static struct ledgerturn t;

static struct slice
text(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
gone(void)
{
	static const char *const bad[] = { "", "1", "1 2", "1 2 3", "1 2 3 4",
		"1 2 3  x", " 2 3 4 x", "1 -2 3 4 x", "1 2 x 4 x",
		"9223372036854775808 2 3 4 x" };
	unsigned i;

	is_num(ledgerturn_go(&t, text("7 2048 3 0-1,5 k3 x")), 0, "one");
	is_num(t.what, LEDGERTURN_GO, "goes");
	is_num((long long)t.who, 7, "who");
	is_num((long long)t.bytes, 2048, "bytes");
	is_num((long long)t.rcpts, 3, "recipients");
	is_num(ledgerturn_go(&t, text("0 0 1 0 ")), 0, "an empty id");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(ledgerturn_go(&t, text(bad[i])), -1, bad[i]);
}

static void
ended(void)
{
	static const char *const bad[] = { "", "-", "1-", "-1", "2-1", "1-2-3",
		"x", "1 2", "1-1000001", "0-9223372036854775807" };
	unsigned i;

	is_num(ledgerturn_end(&t, text("5")), 0, "one end");
	is_num(t.what, LEDGERTURN_END, "is one");
	ok(t.from == 5 && t.to == 5, "of that number");
	is_num(ledgerturn_end(&t, text("5-9")), 0, "many");
	ok(t.from == 5 && t.to == 9, "from one to the other");
	is_num(ledgerturn_end(&t, text("1-1000000")), 0, "a million");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(ledgerturn_end(&t, text(bad[i])), -1, bad[i]);
}

static void
line(void)
{
	struct slice l = text("led:turn\tg:1\tend:1\tx:y\tgo:1 2 3 4 x\t"
			      "end:2-3\tseq:5");

	is_num(ledgerturn_next(&l, &t), 1, "the first");
	ok(t.what == LEDGERTURN_END && t.from == 1, "in its place");
	is_num(ledgerturn_next(&l, &t), 1, "the next");
	ok(t.what == LEDGERTURN_GO && t.who == 1, "in its place");
	is_num(ledgerturn_next(&l, &t), 1, "the last");
	ok(t.what == LEDGERTURN_END && t.to == 3, "in its place");
	is_num(ledgerturn_next(&l, &t), 0, "no more");
	l = text("go:1 2 3 4 x\tend:x\tgo:1 2 3 4 x");
	is_num(ledgerturn_next(&l, &t), 1, "one");
	is_num(ledgerturn_next(&l, &t), -1, "and what is none");
}

int
main(void)
{
	gone();
	ended();
	line();
	return done();
}
