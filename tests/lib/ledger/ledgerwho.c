/* names of a ledger by their numbers */
#include "ledger/ledgerwho.h"
#include "tap.h"

static struct ledgerwho w;

static int
put(unsigned number, const char *line)
{
	return ledgerwho_put(&w, number, line, strlen(line));
}

static int
site_is(unsigned number, const char *site)
{
	size_t n = 0;
	struct ledger_line *l = ledgerwho_get(&w, number, &n);

	return l != NULL && n > 0 && word_is(l->value[0], site);
}

int
main(void)
{
	size_t n;

	ok(ledgerwho_get(&w, 0, &n) == NULL, "nothing is known");
	is_num(put(0, "led:who\tw:0\tsite:a\tseq:1"), 0, "one");
	is_num(put(LEDGERWHO_MAX - 1, "led:who\tw:4095\tsite:b\tseq:2"), 0,
	    "and the last number");
	ok(site_is(0, "a"), "one is known");
	ok(site_is(0, "a"), "again");
	ok(site_is(LEDGERWHO_MAX - 1, "b"), "the other is");
	ok(site_is(0, "a"), "one is still");
	ok(ledgerwho_get(&w, 1, &n) == NULL, "between them nothing");
	ok(ledgerwho_get(&w, LEDGERWHO_MAX, &n) == NULL, "nor above");
	is_num(put(0, "led:who\tw:0\tsite:c\tseq:3"), 0, "one anew");
	ok(site_is(0, "c"), "is the new one");
	ledgerwho_forget(&w);
	ok(ledgerwho_get(&w, 0, &n) == NULL, "forgotten");
	return done();
}
