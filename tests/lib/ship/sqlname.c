#include "ship/sqlname.h"
#include "tap.h"

static const char *
split(const char *p)
{
	static char out[200];
	size_t schema;
	const char *table = sqlname_split(p, &schema);

	if (table == NULL)
		return "none";
	snprintf(out, sizeof out, "%.*s|%s", (int)schema, p, table);
	return out;
}

int
main(void)
{
	static const struct {
		const char *p, *want;
	} t[] = {
		{ "events", "|events" },
		{ "_E9", "|_E9" },
		{ "mail.events", "mail|events" },
		{ "9e", "none" },
		{ "", "none" },
		{ ".events", "none" },
		{ "mail.", "none" },
		{ "a.b.c", "none" },
		{ "a\"b", "none" },
		{ "a b", "none" },
		{ "a\xc3\xa4", "none" },
		{ "9a.b", "none" },
		{ "a.9b", "none" },
	};
	char name[SQLNAME_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(split(t[i].p), t[i].want, t[i].p);
	memset(name, 'n', sizeof name);
	is_num(sqlname_ok(name, SQLNAME_MAX), 1, "63 bytes");
	is_num(sqlname_ok(name, SQLNAME_MAX + 1), 0, "one more");
	is_num(sqlname_ok("a\0b", 3), 0, "a NUL");
	return done();
}
