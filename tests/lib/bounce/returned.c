/* a report as a parcel: its names, its envelope, and all of it */
#include "bounce/returned.h"
#include "tap.h"

#define NAME "0123456789abcdef01234567"

static const struct {
	const char *header, *env;
	int utf8;
} cases[] = {
	{ "Subject: s\n", "from\nto a@b\nproto local\n", 0 },
	{ "", "from\nto a@b\nproto local\n", 0 },
	{ "Subject: \303\266\n", "from\nto a@b\nproto local\nbody 8bit\n", 0 },
	{ "Subject: s\n", "from\nto a@b\nproto local\nbody 8bit\nsmtputf8 1\n",
	    1 },
};

static struct buf env, text;

static int
has(const char *s)
{
	return strstr(buf_data(&text), s) != NULL;
}

static void
check(size_t i)
{
	const struct dsn_rcpt rcpt = { .address = "c d e", .text = "odd" };
	struct returned r = { .d = { .action = DSN_FAILED,
				  .to = "a@b",
				  .me = "me.example",
				  .now = 1790000000,
				  .utf8 = cases[i].utf8 } };

	buf_clear(&env);
	buf_clear(&text);
	returned_name(&r, NAME "and more");
	is_num(returned_make(&r, &rcpt, 1, cases[i].header,
		   strlen(cases[i].header), &env, &text),
	    0, "made");
	buf_putc(&env, '\0');
	buf_putc(&text, '\0');
	is_str(buf_data(&env), cases[i].env, "envelope");
	ok(has("\nMessage-ID: <1790000000." NAME "@me.example>\n"), "id");
	ok(has("boundary=\"=_report_" NAME "\"\n"), "boundary");
	ok(has("\n--=_report_" NAME "--\n"), "end");
	ok(has("rfc822; c d e\n"), "recipient");
	ok(has("\n  <c d e>\n    Reason: odd\n"), "for people");
	ok(has(cases[i].header), "header of the original");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	return done();
}
