#include "send/doubthost.h"
#include "tap.h"
#include <string.h>

int
main(void)
{
	static const struct {
		const char *list, *name, *want;
		int found;
	} c[] = { { "a/25/1 b/25/2 c/25/3", "b", "b/25/2 a/25/1 c/25/3", 1 },
		{ "a/25/1 b/25/2 c/25/3", "c", "c/25/3 a/25/1 b/25/2", 1 },
		{ "a/25/1 b/25/2 c/25/3", "a", "a/25/1 b/25/2 c/25/3", 1 },
		{ "a/25/1 b/25/2 c/25/3 b/25/::1", "B",
		    "b/25/2 b/25/::1 a/25/1 c/25/3", 1 },
		{ "a/25/1 a/25/2 b/25/3", "a", "a/25/1 a/25/2 b/25/3", 1 },
		{ "a/25/1", "a", "a/25/1", 1 },
		{ "a/25/1 bb/25/2", "b", "a/25/1 bb/25/2", 0 },
		{ "b", "b", "b", 1 }, { "", "b", "", 0 } };
	struct sendhost h = { 0 };
	struct sendtxn t = { 0 };
	unsigned char tiers[] = { 0, 0, 1, 1 };
	char list[80], host[] = "b\0002\0b/25/2";
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		strcpy(list, c[i].list);
		is_num(doubthost_first(list, NULL, c[i].name), c[i].found,
		    c[i].name);
		is_str(list, c[i].want, c[i].list);
	}
	strcpy(list, "a/25/1 a/25/2 b/25/3 b/25/4");
	ok(doubthost_first(list, tiers, "b") &&
		memcmp(tiers, "\1\1\0\0", 4) == 0,
	    "the tiers go with their words");
	strcpy(list, "a/25/1 b/25/2");
	t.mx = list;
	h.name = host;
	h.ip = host + 2;
	ok(doubthost_serves(&h, &t), "a host of the list");
	t.doubt_host = (char *)"B";
	ok(doubthost_serves(&h, &t), "that may have it");
	t.doubt_host = (char *)"a";
	ok(!doubthost_serves(&h, &t), "where another may have it");
	return done();
}
