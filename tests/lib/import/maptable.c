/* the lines of Postfix' tables: keys, values, lines that go on, expressions */
#include "import/maptable.h"
#include "imported.h"
#include <stdlib.h>

static struct maptable t;

static void
reads(enum maptable_kind kind, const char *text, const char *want,
    const char *left)
{
	struct buf b = { 0 };
	const struct maptable_line *l;
	size_t i;

	imported_begin();
	memset(&t, 0, sizeof t);
	maptable_read(&t, &imported, IMPORT_ROUTES, kind, "f", text,
	    strlen(text));
	for (i = 0; i < maptable_lines(&t); i++) {
		l = maptable_line(&t, i);
		buf_printf(&b, "%u <%.*s> <%.*s>|", l->at.line, (int)l->key_len,
		    maptable_key(&t, l).p, (int)l->value_len,
		    maptable_value(&t, l).p);
	}
	is_str(imported_string(&b), want, text);
	imported_left(left, "and left out");
	buf_free(&b);
	maptable_free(&t);
}

static void
longest(void)
{
	char *text = malloc(MAPTABLE_LINE_MAX + 16);
	size_t n;

	for (n = MAPTABLE_LINE_MAX; n <= MAPTABLE_LINE_MAX + 1; n++) {
		memset(text, 'x', n);
		memcpy(text, "key ", 4);
		imported_begin();
		memset(&t, 0, sizeof t);
		maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "f",
		    text, n);
		is_num((long long)maptable_lines(&t), n == MAPTABLE_LINE_MAX,
		    "a line of just so many bytes, and one more");
		is_num((long long)imported.left, n > MAPTABLE_LINE_MAX,
		    "which is told");
		maptable_free(&t);
	}
	free(text);
}

int
main(void)
{
	reads(MAPTABLE_EXACT, "", "", "");
	reads(MAPTABLE_EXACT, "Key  a value \n# no\n\nb\tc\r\n",
	    "1 <key> <a value>|4 <b> <c>|", "");
	reads(MAPTABLE_EXACT, "a b\n  c\n#x\n\n\td\ne f",
	    "1 <a> <b  c\td>|6 <e> <f>|", "");
	reads(MAPTABLE_EXACT, " a b\nc d\n", "2 <c> <d>|",
	    "f:1: goes on with a line that is not there: a b|");
	reads(MAPTABLE_EXACT, "a\nb c\n", "2 <b> <c>|",
	    "f:1: a key without a value: a|");
	reads(MAPTABLE_EXACT, "a 1\nA 2\n", "1 <a> <1>|", "");
	reads(MAPTABLE_EXACT, "\"a b\" c\n", "1 <a b> <c>|", "");
	reads(MAPTABLE_ALIASES, "a: b, c\n\"x:y\": z\n",
	    "1 <a> <b, c>|2 <x:y> <z>|", "");
	reads(MAPTABLE_ALIASES, "a b\n:c\nd:\n", "",
	    "f:1: not NAME: VALUE: a b|f:2: not NAME: VALUE: :c|"
	    "f:3: not NAME: VALUE: d:|");
	reads(MAPTABLE_REGEX, "/A b/i  c d\n|x\\|y| z\n",
	    "1 <A b/i> <c d>|2 <x\\|y|> <z>|", "");
	reads(MAPTABLE_REGEX, "/a/ 1\n/a/ 2\n", "1 <a/> <1>|2 <a/> <2>|", "");
	reads(MAPTABLE_REGEX, "!/a/ b\nif /x/\n/a/ 1\nendif\n/b/ 2\nabc\n/q",
	    "5 <b/> <2>|",
	    "f:1: what does not match: !/a/ b|"
	    "f:2: lines between if and endif: if /x/|"
	    "f:3: a line between if and endif: /a/ 1|"
	    "f:6: not /EXPRESSION/ VALUE: abc|"
	    "f:7: not /EXPRESSION/ VALUE: /q|");
	longest();
	imported_end();
	return done();
}
