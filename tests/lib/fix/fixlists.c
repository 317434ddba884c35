/* recipients who get no more mail are taken out of an envelope */
#include "fix/fixlists.h"
#include "suppressdir.h"
#include "tap.h"

static struct suppressask *lists;

static void
check(const char *env, const char *want, int verdict, const char *name)
{
	struct buf b = { 0 };
	const char *text = "";

	buf_puts(&b, env);
	lists->list.checked_ms -= SUPPRESSED_CHECK_MS;
	is_num(fixlists(lists, &b, 1790000000, &text), verdict, name);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, "its envelope");
	if (verdict == FIX_PERM)
		is_str(text, "5.7.1 suppressed since 1970-01-01: unknown-user",
		    "what is said");
	buf_free(&b);
}

#define HEAD "from a@acme.example\n"
#define MINE "tenant acme\ntag stream=news\n"

int
main(void)
{
	suppressdir_make();
	lists = suppressask_open(suppressdir, suppressdir);
	check(HEAD "to joe@example.org\n" MINE,
	    HEAD "to joe@example.org\n" MINE, FIX_PASS, "no list");
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "news", "joe@example.org", 1,
	    0);
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "*", "ann@example.org", 1, 0);
	check(HEAD "to joe@example.org\n" MINE,
	    HEAD "to joe@example.org\n" MINE, FIX_PERM, "nobody is left");
	check(HEAD "to Joe@example.org NOTIFY=NEVER\nto bob@example.org\n" MINE
		   "to ann@example.org\n",
	    HEAD "to bob@example.org\n" MINE, FIX_PASS, "one is");
	check(HEAD "to joe@example.org\ntenant acme\n",
	    HEAD "to joe@example.org\ntenant acme\n", FIX_PASS,
	    "another stream");
	check(HEAD "to ann@example.org\n", HEAD "to ann@example.org\n",
	    FIX_PASS, "another tenant");
	check("from\nto joe@example.org\n" MINE,
	    "from\nto joe@example.org\n" MINE, FIX_PASS, "the null sender");
	check(HEAD MINE, HEAD MINE, FIX_PASS, "without recipients");
	check("", "", FIX_PASS, "without envelope");
	unlink(suppressdir_path("journal"));
	suppressdir_raw("journal", "nonsense\n", 9);
	check(HEAD "to joe@example.org\n", HEAD "to joe@example.org\n",
	    FIX_TEMP, "nothing is known");
	suppressdir_remove();
	return done();
}
