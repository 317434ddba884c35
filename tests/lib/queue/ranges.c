#include "tap.h"
#include "queue/ranges.h"
#include <stdio.h>

static const struct {
	const char *text;
	uint32_t n; /* how many; 0: none */
} cases[] = {
	{ "0", 1 },
	{ "0-3,7", 5 },
	{ "99999", 1 },
	{ "0-99999", 100000 },
	{ "100000", 0 },
	{ "5-100000", 0 },
	{ "", 0 },
	{ ",", 0 },
	{ "1,", 0 },
	{ ",1", 0 },
	{ "1,,2", 0 },
	{ "2,1", 0 },
	{ "1,1", 0 },
	{ "0-3,3", 0 },
	{ "0,1", 2 },
	{ "3-3", 0 },
	{ "3-2", 0 },
	{ "3-", 0 },
	{ "-3", 0 },
	{ "1-2-3", 0 },
	{ "1 2", 0 },
	{ "a", 0 },
	{ "1a", 0 },
};

static void
writes(const uint32_t *n, size_t count, const char *want)
{
	struct ranges r = { .any = 0 };
	uint32_t sum, i, has = 0;
	size_t k;
	int bad = 0;

	for (k = 0; k < count; k++)
		bad |= ranges_add(&r, n[k]);
	bad |= ranges_end(&r);
	bad |= buf_putc(&r.text, '\0');
	is_str(buf_data(&r.text), want, want);
	sum = ranges_count(want, strlen(want), 99999);
	for (i = 0; i < 50; i++)
		has += (uint32_t)ranges_has(want, strlen(want), i);
	ok(!bad && sum == count && has == count, "and comes back");
	ranges_free(&r);
}

int
main(void)
{
	static const uint32_t a[] = { 0, 1, 2, 5, 7, 8, 49 };
	static const uint32_t one[] = { 7 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(ranges_count(cases[i].text, strlen(cases[i].text),
			   99999),
		    cases[i].n, cases[i].text);
	writes(a, 7, "0-2,5,7-8,49");
	writes(one, 1, "7");
	return done();
}
