#include "send/hostlist.h"
#include "tap.h"
#include <string.h>

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
	char list[40];
	char *behind;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		strcpy(list, c[i].list);
		behind =
		    hostlist_up(list + c[i].to, list + c[i].word, c[i].len);
		is_str(list, c[i].want, c[i].list);
		is_str(behind, c[i].behind, "what is behind it");
	}
	return done();
}
