/* listrow: headings, rows of CSV and of JSON, keys */
#include "many/listrow.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *csv;
	const char *want; /* of the row: KEY JSON; or !fault */
} rows[] = {
	{ "to\na@b.c\n",
	    "k:a@b.c {\"to\": \"a@b.c\", \"values\": {\"to\": \"a@b.c\"}, "
	    "\"key\": \"k:a@b.c\"}" },
	{ "x,Email, name \n1,A@B.C,Ann\n",
	    "k:A@b.c {\"to\": {\"address\": \"A@B.C\", \"name\": \"Ann\"}, "
	    "\"values\": {\"x\": \"1\", \"Email\": \"A@B.C\", \"name\": "
	    "\"Ann\"}, \"key\": \"k:A@b.c\"}" },
	{ "email,to,name\nx,Ann <a@b.c>,A\n",
	    "k:a@b.c {\"to\": \"Ann <a@b.c>\", \"values\": {\"email\": "
	    "\"x\", \"to\": \"Ann <a@b.c>\", \"name\": \"A\"}, \"key\": "
	    "\"k:a@b.c\"}" },
	{ "\357\273\277to,key\na@b.c,77\n",
	    "k:77 {\"to\": \"a@b.c\", \"values\": {\"to\": \"a@b.c\", "
	    "\"key\": \"77\"}, \"key\": \"k:77\"}" },
	{ "to,key\na@b.c,\n",
	    "k:a@b.c {\"to\": \"a@b.c\", \"values\": {\"to\": \"a@b.c\", "
	    "\"key\": \"\"}, \"key\": \"k:a@b.c\"}" },
	{ "to,n\na@b.c\n", "!fewer fields than the heading has" },
	{ "to,n\na@b.c,1,2\n", "!more fields than the heading has" },
	{ "to\n\" \"\n", "!no address" },
	{ "to\n\377@b.c\n", "!no UTF-8" },
	{ "n\na\n", "!no column is called to or email" },
	{ "to,\na\n", "!a column has no name" },
	{ "to,a,a\na\n", "!two columns have the same name" },
	{ "to,\377\na\n", "!a name of a column is no UTF-8" },
};

static const struct {
	const char *json, *want;
} objects[] = {
	{ "{\"to\":\"a@b.c\",\"n\":1}",
	    "k:a@b.c {\"to\": \"a@b.c\", \"values\": {\"to\": \"a@b.c\", "
	    "\"n\": 1}, \"key\": \"k:a@b.c\"}" },
	{ "{\"email\":\"a@b.c\",\"name\":\"A\"}",
	    "k:a@b.c {\"to\": {\"address\": \"a@b.c\", \"name\": \"A\"}, "
	    "\"values\": {\"email\": \"a@b.c\", \"name\": \"A\"}, \"key\": "
	    "\"k:a@b.c\"}" },
	{ "{\"to\":[{\"email\":\"a@B.c\"}],\"values\":{},\"key\":\"7\"}",
	    "k:7 {\"to\": [{\"email\": \"a@B.c\"}], \"values\": {}, \"key\": "
	    "\"k:7\"}" },
	{ "{\"to\":[{\"email\":\"a@B.c\"}],\"values\":{}}",
	    "k:a@b.c {\"to\": [{\"email\": \"a@B.c\"}], \"values\": {}, "
	    "\"key\": \"k:a@b.c\"}" },
	{ "{\"to\":{\"address\":\"a@b.c\"}}",
	    "k:a@b.c {\"to\": {\"address\": \"a@b.c\"}, \"values\": {\"to\": "
	    "{\"address\": \"a@b.c\"}}, \"key\": \"k:a@b.c\"}" },
	{ "{\"to\":\"a@b.c\",\"key\":7}", "!a key that is no string" },
	{ "{\"to\":\"a@b.c\",\"key\":\"a\\nb\"}",
	    "!a key has no control characters" },
	{ "{\"to\":7}", "!no address" },
	{ "{\"values\":{}}", "!no address" },
	{ "{\"n\":7}", "!no to, and no email" },
	{ "[]", "!no object" },
};

static void
is_row(json_t *j, const char *key, const char *why, const char *want)
{
	char *text = j == NULL ? NULL : json_dumps(j, JSON_PRESERVE_ORDER);
	char got[2000];

	snprintf(got, sizeof got, "%s%s%s", j == NULL ? "!" : key,
	    j == NULL ? "" : " ", j == NULL ? why : text);
	is_str(got, want, want);
	free(text);
	json_decref(j);
}

static void
check_csv(size_t i)
{
	const char *p = rows[i].csv, *end = p + strlen(p), *why;
	static struct csv c;
	static struct listrow_heading h;
	char key[LISTROW_KEY_MAX + 1] = "";
	json_t *j = NULL;

	csv_next(&c, &p, end, &why);
	why = listrow_heading(&h, &c);
	if (why == NULL) {
		csv_next(&c, &p, end, &why);
		j = listrow_csv(&h, &c, "k", key, &why);
	}
	is_row(j, key, why, rows[i].want);
	listrow_free(&h);
	csv_free(&c);
	memset(&c, 0, sizeof c);
}

static void
check_json(size_t i)
{
	json_t *row = json_loads(objects[i].json, 0, NULL), *j;
	char key[LISTROW_KEY_MAX + 1] = "";
	const char *why;

	j = listrow_json(row, "k", key, &why);
	is_row(j, key, why, objects[i].want);
	json_decref(row);
}

/* a key of so many bytes with "k:" */
static void
check_long(size_t n, int good)
{
	char text[400], key[LISTROW_KEY_MAX + 1];
	json_t *row, *j;
	const char *why;

	memset(text, 'x', sizeof text);
	row = json_pack("{s:s,s:s#}", "to", "a@b.c", "key", text, (int)n - 2);
	j = listrow_json(row, "k", key, &why);
	is_num(j != NULL, good, "a long key");
	json_decref(row);
	json_decref(j);
}

int
main(void)
{
	char name[LISTROW_CAMPAIGN_MAX + 2];
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		check_csv(i);
	for (i = 0; i < sizeof objects / sizeof *objects; i++)
		check_json(i);
	check_long(LISTROW_KEY_MAX, 1);
	check_long(LISTROW_KEY_MAX + 1, 0);
	ok(listrow_campaign("spring-2027.a"), "a campaign");
	ok(!listrow_campaign("") && !listrow_campaign("a b") &&
		!listrow_campaign("a/b") && !listrow_campaign(".a") &&
		!listrow_campaign("a:b") && !listrow_campaign("\303\274"),
	    "none");
	memset(name, 'x', sizeof name);
	name[LISTROW_CAMPAIGN_MAX] = '\0';
	ok(listrow_campaign(name), "64 bytes");
	name[LISTROW_CAMPAIGN_MAX] = 'x';
	name[LISTROW_CAMPAIGN_MAX + 1] = '\0';
	ok(!listrow_campaign(name), "65");
	return done();
}
