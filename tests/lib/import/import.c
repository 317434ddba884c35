/* lines of an import: what the parser of a file refuses is left out and told,
 * where each comes from stands above it, and nothing is made of a comment */
#include "imported.h"
#include "starve.h"

static const struct import_at at = { "x.conf", 7 };

static void
lines(void)
{
	static const char want[] =
	    "# x.conf:7\nto:@a mx\n# x.conf:7: left out: routes cannot say "
	    "this: *: to:@a hots:b\n";
	const char *text;

	imported_begin();
	is_num(import_sayf(&imported, IMPORT_ROUTES, &at, "to:%s mx", "@a"), 1,
	    "a rule");
	is_num(import_sayf(&imported, IMPORT_ROUTES, &at, "to:@a hots:b"), 0,
	    "a rule that is none");
	is_num(import_sayf(&imported, IMPORT_LOCAL, &at, "#a"), 0, "a comment");
	is_num(import_sayf(&imported, IMPORT_LOCAL, &at, "%s", ""), 0,
	    "nothing");
	is_num(import_sayf(&imported, IMPORT_ALIASES, &at, "a: b\nc: d"), 0,
	    "two lines");
	imported_is(IMPORT_ROUTES, "to:@a mx|", "only the good one");
	imported_is(IMPORT_LOCAL, "", "no comment");
	imported_is(IMPORT_ALIASES, "", "no second line");
	imported_left(
	    "x.conf:7: routes cannot say this: *: to:@a hots:b|"
	    "x.conf:7: local cannot say this: it would be a comment: #a|"
	    "x.conf:7: local cannot say this: it would be a comment|"
	    "x.conf:7: aliases cannot say this: *: a: b\\x0ac: d|",
	    "why");
	is_num((long long)imported.left, 4, "counted");
	text = imported_string(&imported.out[IMPORT_ROUTES].text);
	ok(ascii_like(want, strlen(want), text, strlen(text)), "the file");
}

/* what stands twice is told with the line of the file that was made */
static void
twice(void)
{
	imported_begin();
	import_sayf(&imported, IMPORT_ALIASES, &at, "a: b");
	import_sayf(&imported, IMPORT_ALIASES, &at, "A: c");
	imported_is(IMPORT_ALIASES, "a: b|", "once");
	imported_left("x.conf:7: aliases cannot say this: address stands in "
		      "line 2 already: A: c|",
	    "and where it stands");
}

static void
shown(void)
{
	char t[IMPORT_SHOWN_MAX + 2], want[IMPORT_SHOWN_MAX + 64];

	memset(t, 'x', sizeof t);
	imported_begin();
	import_left(&imported, IMPORT_LOCAL, &at,
	    (struct slice){ t, IMPORT_SHOWN_MAX }, "why");
	snprintf(want, sizeof want, "x.conf:7: why: %.*s|", IMPORT_SHOWN_MAX,
	    t);
	imported_left(want, "just what is shown");
	buf_clear(&imported_told);
	import_left(&imported, IMPORT_LOCAL, &at,
	    (struct slice){ t, IMPORT_SHOWN_MAX + 1 }, "why");
	snprintf(want, sizeof want, "x.conf:7: why: %.*s...|", IMPORT_SHOWN_MAX,
	    t);
	imported_left(want, "and one more");
	buf_clear(&imported_told);
	imported.left = IMPORT_LEFT_MAX - 1;
	import_lefts(&imported, IMPORT_LOCAL, &at, "", "the last");
	import_lefts(&imported, IMPORT_LOCAL, &at, "\x1b[2J", "one more");
	imported_left("x.conf:7: the last|", "more are counted");
	is_num((long long)imported.left, IMPORT_LEFT_MAX + 1, "all of them");
	ok(import_enough(&imported), "which is enough");
	ok(strstr(imported_string(&imported.out[IMPORT_LOCAL].text),
	       "one more") == NULL,
	    "and do not stand in the file");
	imported.left = 0;
	import_lefts(&imported, IMPORT_LOCAL, &at, "\x1b[2J", "harmful");
	ok(strstr(imported_string(&imported.out[IMPORT_LOCAL].text),
	       "\n# x.conf:7: left out: harmful: \\x1b[2J\n") != NULL,
	    "what stands there is harmless");
}

static void
words(void)
{
	static const struct {
		const char *value, *want;
	} t[] = { { "a", "l:a" }, { "a b", "l:\"a b\"" }, { "", "l:\"\"" },
		{ "a\"\\", "l:\"a\\\"\\\\\"" } };
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		buf_clear(&b);
		import_word(&imported, &b,
		    "l:", (struct slice){ t[i].value, strlen(t[i].value) });
		is_str(imported_string(&b), t[i].want, "a word");
	}
	buf_free(&b);
}

static void
broken(void)
{
	imported_begin();
	import_broken(&imported, &at, (struct slice){ "<", 1 }, "no file");
	imported_left("x.conf:7: no file: <|", "no such file");
	ok(imported.broken && imported.left == 0, "nothing is to be used");
}

static int
without_memory(void)
{
	imported_begin();
	import_sayf(&imported, IMPORT_ROUTES, &at, "to:@a mx");
	return import_finish(&imported) == -1 && imported.no_memory ? 7 : 8;
}

int
main(void)
{
	int r;

	lines();
	twice();
	shown();
	words();
	broken();
	imported_end();
	is_str(importfile_subjects[IMPORT_REPLIES]->name, "replies", "a name");
	r = starve(without_memory);
	ok(r == 7 || r == -1, "no memory");
	return done();
}
