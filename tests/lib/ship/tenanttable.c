#include "ship/tenanttable.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *name, *text;
	long want;
} t[] = {
	{ "nothing", "", 0 },
	{ "a row", "acme http://a.test/x\n", 0 },
	{ "no LF, CR, a secret", "acme\thttps://a.test \t/etc/s\r", 0 },
	{ "comments and empty lines", "# x\n\n   \n #y\nacme http://a/\n", 0 },
	{ "no URL", "acme http://a/\nbob\n", 2 },
	{ "another scheme", "acme ftp://a/\n", 1 },
	{ "a word too many", "\nacme http://a/ /s more\n", 2 },
	{ "a tenant twice", "a http://a/\nb http://b/\na http://c/", 3 },
};

static void
many(size_t n, long want, const char *name)
{
	struct tenanttable table = { 0 };
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(&b, "t%zu http://a/\n", i);
	buf_putc(&b, '\0');
	is_num(tenanttable_parse(&table, buf_data(&b)), want, name);
	tenanttable_free(&table);
	buf_free(&b);
}

int
main(void)
{
	struct tenanttable table = { 0 };
	char text[200];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		strcpy(text, t[i].text);
		is_num(tenanttable_parse(&table, text), t[i].want, t[i].name);
	}
	strcpy(text, "b http://b/\na http://a/ /s\n* http://c/\n");
	tenanttable_parse(&table, text);
	is_str(tenanttable_find(&table, "a")->url, "http://a/", "a tenant");
	is_str(tenanttable_find(&table, "a")->secret, "/s", "its secret");
	ok(tenanttable_find(&table, "b")->secret == NULL, "none");
	is_str(tenanttable_find(&table, "c")->url, "http://c/", "any other");
	strcpy(text, "b http://b/\n");
	tenanttable_parse(&table, text);
	ok(tenanttable_find(&table, "a") == NULL, "no other");
	tenanttable_free(&table);
	ok(tenanttable_find(&table, "a") == NULL, "an empty one");
	many(TENANTTABLE_MAX, 0, "TENANTTABLE_MAX");
	many(TENANTTABLE_MAX + 1, TENANTTABLE_MAX + 1, "one more");
	return done();
}
