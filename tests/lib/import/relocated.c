/* the table relocated of Postfix: addresses, then users, then domains */
#include "import/relocated.h"
#include "imported.h"

int
main(void)
{
	static const char text[] = "@d.example elsewhere\n"
				   "ann a \"new\" place\nann@b x@y\n";
	static const char re[] = "/^(x|y)@z$/ w@z\n/^(.*)@q$/ $1@r\n/a+/ b\n";
	struct maptable t = { .files = 0 };

	imported_begin();
	maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "f", text,
	    sizeof text - 1);
	maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_REGEX, "r", re,
	    sizeof re - 1);
	relocated_import(&imported, &t);
	imported_is(IMPORT_ROUTES,
	    "to:ann@b reject:\"user has moved to x@y\"|"
	    "to:x@z reject:\"user has moved to w@z\"|"
	    "to:y@z reject:\"user has moved to w@z\"|"
	    "to:<local> to:ann@ reject:\"user has moved to a \\\"new\\\" "
	    "place\"|"
	    "to:@d.example reject:\"user has moved to elsewhere\"|",
	    "who has moved");
	imported_left(
	    "r:2: a text with $: ^(.*)@q$/|"
	    "r:3: this expression is none of those that routes can say: a+/|",
	    "and left out");
	maptable_free(&t);
	imported_end();
	return done();
}
