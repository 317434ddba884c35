/* the file aliases: what a line says */
#include "conf/word.h"
#include "memlookup.h"
#include "route/aliasfile.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *text, *faults, *key, *data; /* of the first record */
} lines[] = {
	{ "a@b.example: c@d.example\n", "", "a@b.example", "1\nc@d.example\n" },
	{ "A@B.Example : C@D.Example , |x \n", "", "a@b.example",
	    "1\nC@D.Example\n|x\n" },
	{ "user: other\n", "", "user", "1\nother\n" },
	{ "@b.example: c@d.example\n", "", "@b.example", "1\nc@d.example\n" },
	{ "a: \"|cmd -x, y\", b\n", "", "a", "1\n|cmd -x, y\nb\n" },
	{ "a: \"|echo \\\"x\\\" a@b\"\n", "", "a", "1\n|echo \"x\" a@b\n" },
	{ "\"a:b\"@c.example: d\n", "", "\"a:b\"@c.example", "1\nd\n" },
	{ "\"a b\"@c.example: d\n", "", "\"a b\"@c.example", "1\nd\n" },
	{ "a@[192.0.2.1]: b\n", "", "a@[192.0.2.1]", "1\nb\n" },
	{ "a\n", "1 no colon behind the address\n", NULL, NULL },
	{ ": b\n", "1 not an address\n", NULL, NULL },
	{ "a:\n", "1 empty target\n", NULL, NULL },
	{ "a: b,\n", "1 empty target\n", NULL, NULL },
	{ "a: ,b\n", "1 empty target\n", NULL, NULL },
	{ "a: |\n", "1 no command behind the bar\n", NULL, NULL },
	{ "a: |x, |y\n", "1 more than one command\n", NULL, NULL },
	{ "a: /file\n", "1 a file is no target: local-deliver stores mail\n",
	    NULL, NULL },
	{ "a: ./file\n", "1 a file is no target: local-deliver stores mail\n",
	    NULL, NULL },
	{ "a: :include:/x\n", "1 :include: is not known\n", NULL, NULL },
	{ "a: @d.example\n", "1 a target needs a user before the @\n", NULL,
	    NULL },
	{ "a: b@c..d\n", "1 not a domain behind the @\n", NULL, NULL },
	{ "a b: c\n", "1 blank in an address\n", NULL, NULL },
	{ "a: b c\n", "1 blank in an address\n", NULL, NULL },
	{ "@: b\n", "1 not an address\n", NULL, NULL },
	{ "@a..b: c\n", "1 not a domain behind the @\n", NULL, NULL },
	{ "a: b\x7f\n", "1 control byte\n", NULL, NULL },
	{ "a: b\nA: c\n", "2 address stands in line 1 already\n", "a",
	    "1\nb\n" },
	{ "@a.example: b\n@A.example: c\n",
	    "2 address stands in line 1 already\n", "@a.example", "1\nb\n" },
};

static void
parse(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_aliases, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		if (is_num(t.n, lines[i].key != NULL, "records") && t.n > 0) {
			is_str(t.record[0].key, lines[i].key, "key");
			is_str(t.record[0].data, lines[i].data, "data");
		}
		memtable_free(&t);
	}
}

/* is it taken? */
static int
taken(struct buf *text)
{
	struct memtable t;
	int r;

	buf_putc(text, '\0');
	memtable_make(&t, &conffile_aliases, buf_data(text));
	r = buf_len(&t.faults) == 1;
	memtable_free(&t);
	buf_clear(text);
	return r;
}

/* each limit and one above it */
static void
limits(void)
{
	struct buf b = { 0 };
	unsigned n, i;

	for (n = ALIASFILE_TARGETS_MAX; n <= ALIASFILE_TARGETS_MAX + 1; n++) {
		buf_puts(&b, "a@h: ");
		for (i = 0; i < n; i++)
			buf_printf(&b, "%su%u", i > 0 ? "," : "", i);
		is_num(taken(&b), n == ALIASFILE_TARGETS_MAX,
		    "targets of a line");
	}
	for (n = WORD_LINE_MAX; n <= WORD_LINE_MAX + 1; n++) {
		buf_printf(&b, "a@h: |%0*d", (int)n - 6, 0);
		is_num(taken(&b), n == WORD_LINE_MAX, "bytes of a line");
	}
	buf_free(&b);
}

int
main(void)
{
	parse();
	limits();
	return done();
}
