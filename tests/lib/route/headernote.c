/* what rules ask of the header: read, listed, found */
#include "memlookup.h"
#include "route/headernote.h"
#include "route/routefile.h"
#include "tap.h"

static const char header[] = "Received: from x\n"
			     "List-Id: News <news.example.org>\n"
			     "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n"
			     "X-Two: one\n"
			     "no field\n"
			     "X-Two: a\n\ttwo b\n"
			     "X-Empty:\n"
			     "\n"
			     "X-Body: no\n";

static const struct {
	const char *rule,
	    *found; /* what stands in the header, a blank behind */
} cases[] = {
	{ "header:list-id", "list-id " },
	{ "header:LIST-ID=*NEWS.example.org>", "list-id=*news.example.org> " },
	{ "header:list-id=news", "" },
	{ "header:list-id=news*", "list-id=news* " },
	{ "header:list", "" },
	{ "header:subject=gr\303\274\303\237e",
	    "subject=gr\303\274\303\237e " },
	{ "header:x-two=one", "x-two=one " },
	{ "header:x-two=*two?b", "x-two=*two?b " },
	{ "header:x-empty", "x-empty " },
	{ "header:x-empty=*", "x-empty=* " },
	{ "header:x-empty=?*", "" },
	{ "header:x-body", "" },
	{ "header:x-two header:list-id", "x-two list-id " },
	{ "to:@b", "" },
};

static struct buf said;

static int
found(void *arg, struct slice note)
{
	buf_printf(&said, "%.*s ", (int)note.n, note.p);
	return *(int *)arg;
}

static void
find(void)
{
	const struct slice h = { header, sizeof header - 1 };
	struct memtable t;
	struct lookup l;
	char rule[80];
	int more = 0;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(rule, sizeof rule, "%s mx\n", cases[i].rule);
		l = memtable_make(&t, &conffile_routes, rule);
		buf_clear(&said);
		is_num(headernote_any(&l), rule[0] == 'h', cases[i].rule);
		is_num(headernote_find(&l, h, found, &more), 0, "looked");
		buf_putc(&said, '\0');
		is_str(buf_data(&said), cases[i].found, "what is there");
		memtable_free(&t);
	}
	l = memtable_make(&t, &conffile_routes,
	    "header:x-two mx\nheader:list-id mx\n");
	more = -1;
	buf_clear(&said);
	is_num(headernote_find(&l, h, found, &more), -1, "no room");
	buf_putc(&said, '\0');
	is_str(buf_data(&said), "x-two ", "then no more");
	is_num(headernote_find(&l, (struct slice){ "", 0 }, found, &more), 0,
	    "no header");
	t.broken = 1;
	is_num(headernote_find(&l, h, found, &more), -1, "damaged");
	is_num(headernote_any(&l), -1, "is not none");
	memtable_free(&t);
}

static int
reads(const char *text, size_t n)
{
	char out[HEADERNOTE_VALUE_MAX + 1];

	return headernote_read((struct slice){ text, n }, out) == NULL;
}

int
main(void)
{
	char big[HEADERNOTE_VALUE_MAX + 1];

	find();
	memset(big, 'x', sizeof big);
	memcpy(big, "a=", 2);
	ok(reads(big, sizeof big - 1) && !reads(big, sizeof big), "its bytes");
	ok(reads("a", 1) && reads("a==", 3), "names");
	ok(!reads("", 0) && !reads("a=", 2) && !reads("=b", 2) &&
		!reads("a:b", 3) && !reads("a b", 3) && !reads("a*", 2),
	    "and what is none");
	buf_free(&said);
	return done();
}
