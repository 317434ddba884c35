#include "send/hostlist.h"
#include "tap.h"
#include <stdint.h>
#include <string.h>

/* label mx-groups, and what it makes of a list */
static void
test_tiers(void)
{
	static const struct {
		const char *list, *groups, *want;
	} c[] = { { "a b c", "1,2", "0 1 1" }, { "a b c", "2,1", "0 0 1" },
		{ "a b c", "1,1,1", "0 1 2" }, { "a b c", "3", "0 0 0" },
		{ "a b c", "1", "0 0 0" }, { "a b c", "1,1", "0 1 1" },
		{ "a b c", "1,9,9", "0 1 1" }, { "a b c", "", "0 0 0" },
		{ "a b c", "x", "0 0 0" }, { "a b c", "1,x,1", "0 1 1" },
		{ "a b c", "0,1", "0 0 0" }, { "a b c", "1,,1", "0 1 1" },
		{ "", "1,1", "" } };
	unsigned char tiers[10];
	char text[40], *p;
	size_t i, k, n;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		hostlist_tiers(c[i].list, c[i].groups, strlen(c[i].groups),
		    tiers);
		n = hostlist_words(c[i].list, SIZE_MAX);
		p = text;
		*p = '\0';
		for (k = 0; k < n; k++)
			p += sprintf(p, k > 0 ? " %u" : "%u", tiers[k]);
		is_str(text, c[i].want, c[i].groups);
	}
	is_num((long)hostlist_words("aa bb cc", 3), 1, "words before one");
	is_num((long)hostlist_words("aa bb cc", 4), 2, "and with it");
}

int
main(void)
{
	static const struct {
		const char *list;
		unsigned to, word, len;
		const char *want, *behind;
	} c[] = { { "a b", 0, 2, 1, "b a", "a" },
		{ "aa bb cc", 0, 6, 2, "cc aa bb", "aa bb" },
		{ "aa bb cc", 3, 6, 2, "aa cc bb", "bb" },
		{ "a/25/1 b c/0//x d", 0, 9, 6, "c/0//x a/25/1 b d",
		    "a/25/1 b d" } };
	unsigned char tiers[] = { 0, 1, 2, 3 };
	char list[40];
	char *behind;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		strcpy(list, c[i].list);
		behind = hostlist_up(list, NULL, list + c[i].to,
		    list + c[i].word, c[i].len);
		is_str(list, c[i].want, c[i].list);
		is_str(behind, c[i].behind, "what is behind it");
	}
	strcpy(list, "a b c d");
	hostlist_up(list, tiers, list + 2, list + 6, 1);
	is_str(list, "a d b c", "with tiers");
	ok(memcmp(tiers, "\0\3\1\2", 4) == 0, "they go with it");
	test_tiers();
	return done();
}
