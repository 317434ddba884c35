#include "tap.h"
#include "queue/name.h"
#include "queue/selector.h"

#define ID "0123456789abcdefgh1v"
#define ID2 "1123456789abcdefgh1v"

/* words, and whether they are selectors */
static const struct {
	const char *word;
	int good;
} cases[] = {
	{ "all:", 0 },
	{ "to:<>", 0 },
	{ "to:", 0 },
	{ "domain:", 0 },
	{ "domain:.", 0 },
	{ "state:", 0 },
	{ "state:Held", 0 },
	{ "age:", 0 },
	{ "age:-", 0 },
	{ "age:x", 0 },
	{ "age:99999999d", 0 },
	{ "host:x", 0 },
	{ "", 0 },
	{ "id", 0 },
	{ "id:0123", 0 },
	{ "id:", 0 },
	{ ID "x", 0 },
	{ "id:" ID ",x", 0 },
	{ "all", 1 },
	{ "id:" ID, 1 },
	{ "provider:", 0 },
	{ "user:", 0 },
	{ "uuid:", 0 },
	{ "larger:", 0 },
	{ "larger:5", 1 },
	{ "larger:5k", 1 },
	{ "larger:8589934591G", 1 },
	{ "larger:8589934592G", 0 },
	{ "larger:k", 0 },
	{ "larger:-5", 0 },
	{ "smaller:5m", 0 },
	{ "n:", 0 },
	{ "n:0", 1 },
	{ "n:0-3,7", 1 },
	{ "n:3,1", 0 },
	{ "n:99999", 1 },
	{ "n:100000", 0 },
	{ "tries:", 0 },
	{ "tries:-", 0 },
	{ "tries:99999", 1 },
	{ "tries:100000", 0 },
	{ "reply:", 0 },
	{ "failure:", 0 },
	{ "class:", 0 },
	{ "header:", 0 },
	{ "header:X-A", 0 },
	{ "header:=x", 0 },
	{ "header:X-A=", 1 },
	{ "subject:", 0 },
	{ "not:", 0 },
	{ "not:all", 0 },
	{ "not:all:", 0 },
	{ "not:id:" ID, 0 },
	{ "not:" ID, 0 },
	{ "not:domain", 0 },
	{ "not:domain:", 0 },
	{ "not:domain:x", 1 },
	{ "not:not:domain:x", 0 },
};

static void
check_words(void)
{
	struct selector_list l = { .n = 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		selector_free(&l);
		is_num(selector_word(&l, cases[i].word) == NULL, cases[i].good,
		    cases[i].word);
	}
	selector_free(&l);
	selector_word(&l, "from:");
	selector_word(&l, "not:domain:.org");
	is_num(selector_kinds(&l), 1 << SELECTOR_FROM | 1 << SELECTOR_DOMAIN,
	    "kinds");
	ok(!selector_asks(&l), "the files can answer");
	selector_word(&l, "state:sent");
	ok(!selector_asks(&l), "for these, too");
	selector_word(&l, "not:state:waiting");
	ok(selector_asks(&l), "not for this");
	selector_without(&l, 1u << SELECTOR_STATE | 1u << SELECTOR_FROM);
	is_num(selector_kinds(&l), 1 << SELECTOR_DOMAIN, "some are left out");
	selector_word(&l, "provider:x");
	ok(selector_asks(&l), "nor for providers");
	selector_without(&l, 1u << SELECTOR_PROVIDER);
	selector_word(&l, "class:rcpt");
	ok(selector_asks(&l), "nor for classes");
	while (l.n < SELECTOR_MAX)
		selector_word(&l, "from:a");
	ok(selector_word(&l, "from:a") != NULL, "one more than SELECTOR_MAX");
	is_num(l.n, SELECTOR_MAX, "is not taken");
	selector_free(&l);
}

static void
check_ids(void)
{
	struct selector_list l = { .n = 0 };
	static const char lines[] = ID2 "\n\n " ID "\r\n" ID2;

	ok(selector_word(&l, "id:" ID "," ID2) == NULL, "two ids");
	ok(selector_word(&l, ID2) == NULL, "one without a label");
	ok(selector_ids(&l, lines, sizeof lines - 1) == NULL, "lines");
	is_num(buf_len(&l.ids), 6 * NAME_LEN, "all are taken");
	selector_sort(&l);
	is_num(buf_len(&l.ids), 2 * NAME_LEN, "each is kept once");
	ok(memcmp(buf_data(&l.ids), ID ID2, 2 * NAME_LEN) == 0, "sorted");
	is_num(l.n, 0, "and they are no words");
	selector_free(&l);
	selector_sort(&l);
	is_num(buf_len(&l.ids), 0, "nothing to sort");
}

int
main(void)
{
	check_words();
	check_ids();
	return done();
}
