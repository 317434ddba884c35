#include "ship/labellist.h"
#include "tap.h"

static const struct {
	const char *text;
	int n;
} t[] = {
	{ "", 0 },
	{ "src", 1 },
	{ "src,ev,a.b_c-9", 3 },
	{ ",", -1 },
	{ "a,", -1 },
	{ ",a", -1 },
	{ "a,,b", -1 },
	{ "A", -1 },
	{ "a b", -1 },
};

int
main(void)
{
	struct labellist l;
	char many[2 * LABELLIST_MAX + 2] = "", longest[LTSV_LABEL_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_num(labellist_parse(&l, t[i].text) == 0 ? (int)l.n : -1,
		    t[i].n, t[i].text);
	labellist_parse(&l, "src,ev");
	is_num(labellist_at(&l, "src", 3), 0, "the first");
	is_num(labellist_at(&l, "ev", 2), 1, "the last");
	is_num(labellist_at(&l, "e", 1), -1, "a part of one");
	for (i = 0; i < LABELLIST_MAX; i++)
		memcpy(many + 2 * i, "a,", 3);
	many[2 * LABELLIST_MAX - 1] = '\0';
	is_num(labellist_parse(&l, many), 0, "LABELLIST_MAX");
	memcpy(many + 2 * LABELLIST_MAX - 1, ",a", 3);
	is_num(labellist_parse(&l, many), -1, "one more");
	memset(longest, 'a', sizeof longest);
	longest[LTSV_LABEL_MAX + 1] = '\0';
	is_num(labellist_parse(&l, longest), -1, "one too long");
	is_num(labellist_parse(&l, longest + 1), 0, "the longest");
	return done();
}
