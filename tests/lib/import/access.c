/* the table access of Postfix as lines of prohibited */
#include "import/access.h"
#include "imported.h"

static void
is(enum maptable_kind kind, const char *text, const char *want,
    const char *left)
{
	struct maptable t = { .files = 0 };

	imported_begin();
	maptable_read(&t, &imported, IMPORT_PROHIBITED, kind, "f", text,
	    strlen(text));
	access_import(&imported, &t, "from:");
	imported_is(IMPORT_PROHIBITED, want, text);
	imported_left(left, "and left out");
	maptable_free(&t);
}

int
main(void)
{
	is(MAPTABLE_EXACT,
	    "a@b.example REJECT\nb.example 550 5.7.1 go away\n"
	    "c.example reject no\nd.example 554 gone\n"
	    "e.example REJECT 5.1.1 user unknown\n",
	    "from:a@b.example|from:@.b.example go away|from:@.c.example no|"
	    "from:@.d.example gone|from:@.e.example user unknown|",
	    "");
	is(MAPTABLE_EXACT,
	    "a@b.example OK\nc.example 450 later\nd.example DISCARD\n"
	    ".e.example REJECT\nu@ REJECT\n",
	    "",
	    "f:1: prohibited does nothing but refuse for good: OK|"
	    "f:2: prohibited does nothing but refuse for good: 450 later|"
	    "f:3: prohibited does nothing but refuse for good: DISCARD|"
	    "f:4: Postfix looks for it only where a domain is not all below "
	    "it, too: REJECT|"
	    "f:5: prohibited cannot say this: *: from:u@|");
	is(MAPTABLE_REGEX,
	    "/^(a|b)@c\\.example$/ REJECT x\n/@d\\.example$/ 550 $1\n"
	    "/a+/ REJECT\n/@e$/ OK\n",
	    "from:a@c.example x|from:b@c.example x|",
	    "f:2: a text with $: @d\\.example$/|"
	    "f:3: this expression is none of those that routes can say: a+/|"
	    "f:4: prohibited does nothing but refuse for good: @e$/|");
	imported_end();
	return done();
}
