/* the tables virtual and aliases of Postfix as lines of aliases, local and routes */
#include "import/aliasmap.h"
#include "imported.h"

static void
is(enum maptable_kind kind, const char *text, const char *origin,
    const char *aliases, const char *routes, const char *left)
{
	struct maptable t = { .files = 0 };

	imported_begin();
	maptable_read(&t, &imported, IMPORT_ALIASES, kind, "f", text,
	    strlen(text));
	if (kind == MAPTABLE_ALIASES)
		aliasmap_aliases(&imported, &t);
	else
		aliasmap_virtual(&imported, &t, origin);
	imported_is(IMPORT_ALIASES, aliases, text);
	imported_is(IMPORT_ROUTES, routes, "routes");
	imported_left(left, "and left out");
	maptable_free(&t);
}

static void virtual(void)
{
	is(MAPTABLE_EXACT, "a@b c@d\nx@b c@d,e@f  g@h\n", NULL,
	    "a@b: c@d|x@b: c@d, e@f, g@h|", "", "");
	is(MAPTABLE_EXACT, "@b c@d\nb.c anything\nuser other\n", NULL,
	    "@b: c@d|user: other|", "", "");
	imported_is(IMPORT_LOCAL, "b.c|", "a domain");
	is(MAPTABLE_EXACT, "a@b c\n", NULL, "", "",
	    "f:1: a user without a domain: -m says whose it is: c|");
	is(MAPTABLE_EXACT, "a@b c\nuser d\n", "o.example",
	    "a@b: c@o.example|user: d@o.example|", "", "");
	is(MAPTABLE_EXACT, "a@b \"x y\"@d\n", NULL, "a@b: \"x y\"@d|", "", "");
	is(MAPTABLE_EXACT, "a@b @c, d@e\n", NULL, "", "",
	    "f:1: aliases cannot say this: *: a@b: @c, d@e|");
	is(MAPTABLE_EXACT, "x@a x@a\n@a @b\ny@a y@a, z@c\nx@b x@b\n", NULL,
	    "y@a: y@a, z@c|x@b: x@b|", "to:@a rewrite:@b|",
	    "f:1: an address that stays while its domain becomes another: "
	    "x@a|");
	is(MAPTABLE_REGEX, "/@old\\.example$/ ann@b\n/x/ y@z\n", NULL, "",
	    "to:@old.example rewrite:ann@b|",
	    "f:2: this expression is none of those that routes can say: x/|");
}

static void
aliases(void)
{
	is(MAPTABLE_ALIASES, "a: b, c@d\nX: Y", NULL, "a: b, c@d|x: Y|", "",
	    "");
	is(MAPTABLE_ALIASES, "a: |prog\nb: \"|prog x, \\\"y\\\"\", c\n", NULL,
	    "a: \"|prog\"|b: \"|prog x, \\\"y\\\"\", c|", "", "");
	is(MAPTABLE_ALIASES, "a: /var/mail/a\nb: \"/x y\"\nc: :include:/l\n",
	    NULL, "", "",
	    "f:1: a file is no target: local-deliver stores mail: "
	    "/var/mail/a|"
	    "f:2: a file is no target: local-deliver stores mail: \"/x y\"|"
	    "f:3: a list in a file is no target: :include:/l|");
	is(MAPTABLE_ALIASES, "a: ,\nb: \"\"\n", NULL, "", "",
	    "f:1: no target: ,|"
	    "f:2: aliases cannot say this: *: b: |");
}

/* expressions before addresses are told, the other way round is as here */
static void
order(void)
{
	struct maptable t;
	int turn;

	for (turn = 0; turn < 2; turn++) {
		imported_begin();
		memset(&t, 0, sizeof t);
		if (turn == 0)
			maptable_read(&t, &imported, IMPORT_ALIASES,
			    MAPTABLE_EXACT, "h", "a@b c@d\n", 8);
		maptable_read(&t, &imported, IMPORT_ALIASES, MAPTABLE_REGEX,
		    "r", "/@x$/ y@z\n", 10);
		if (turn == 1)
			maptable_read(&t, &imported, IMPORT_ALIASES,
			    MAPTABLE_EXACT, "h", "a@b c@d\n", 8);
		aliasmap_virtual(&imported, &t, NULL);
		imported_left(turn == 0
			? ""
			: "r:1: expressions come before this file there, and "
			  "here behind it: h|",
		    "order");
		maptable_free(&t);
	}
}

int
main(void)
{
	virtual();
	order();
	aliases();
	imported_end();
	return done();
}
