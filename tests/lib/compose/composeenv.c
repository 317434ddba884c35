#include "compose/composeenv.h"
#include "tap.h"
#include <stdlib.h>

enum { TAGS, META, KEY, TENANT, AT, PRIO };

static const struct {
	int what;
	const char *in, *env, *fault;
} cases[] = {
	{ TAGS, "{\"a\":\"b\",\"n\":1,\"t\":true,\"e\":\"\",\"x\":\"y=z w\"}",
	    "tag a=b\ntag n=1\ntag t=true\ntag e=\ntag x=y=z w\n", NULL },
	{ TAGS, "[\"a=b\",\"c\",\"d=\"]", "tag a=b\ntag c=\ntag d=\n", NULL },
	{ TAGS, "[\"a=b\",\"c=1\",\"a=d\"]", "tag a=d\ntag c=1\n", NULL },
	{ TAGS, "[\"ab=b\",\"a=d\"]", "tag ab=b\ntag a=d\n", NULL },
	{ TAGS, "{\"a\":\"b\\\\\\u00fc\"}", "tag a=b\\\\\303\274\n", NULL },
	{ TAGS, "{}", "", NULL },
	{ TAGS, "[]", "", NULL },
	{ TAGS, "{\"a b\":\"c\"}", NULL, "a?b: no NAME=VALUE" },
	{ TAGS, "{\"a=b\":\"c\"}", NULL,
	    "a=b: a name has no = and is not empty" },
	{ TAGS, "{\"\":\"c\"}", NULL, ": a name has no = and is not empty" },
	{ TAGS, "{\"a\":\"b\\nto x@y\"}", NULL, "a: control characters" },
	{ TAGS, "{\"a\":\"b\\u0000\"}", NULL, "a: control characters" },
	{ TAGS, "{\"a\":[]}", NULL, "a: no text" },
	{ TAGS, "{\"a\":null}", NULL, "a: no text" },
	{ TAGS, "[\"a\",1]", NULL, "[1]: no string" },
	{ TAGS, "[\"=a\"]", NULL, "[0]: no NAME=VALUE" },
	{ TAGS, "\"a\"", NULL, ": neither object nor list" },
	{ META, "{\"order\":\"77\"}", "tag meta.order=77\n", NULL },
	{ META, "{\"order\":{}}", NULL, "order: no text" },
	{ META, "[]", NULL, ": no object" },
	{ KEY, "\"k 1\"", "key k 1\n", NULL },
	{ KEY, "\"\"", NULL, ": no text" },
	{ KEY, "1", NULL, ": no string" },
	{ TENANT, "\"acme\"", "tenant acme\n", NULL },
	{ TENANT, "\"a\\rb\"", NULL, ": control characters" },
	{ AT, "1790000000", "hold-until 1790000000\n", NULL },
	{ AT, "\"1790000000\"", "hold-until 1790000000\n", NULL },
	{ AT, "\"2026-12-24T18:00:00Z\"", "hold-until 1798135200\n", NULL },
	{ AT, "\"2026-12-24T18:00:00+01:00\"", "hold-until 1798131600\n",
	    NULL },
	{ AT, "0", "hold-until 0\n", NULL },
	{ AT, "4294967294", "hold-until 4294967294\n", NULL },
	{ AT, "4294967295", NULL,
	    ": no time: say 2026-12-24T18:00:00Z, or seconds" },
	{ AT, "-1", NULL, ": no time: say 2026-12-24T18:00:00Z, or seconds" },
	{ AT, "1.5", NULL, ": no time: say 2026-12-24T18:00:00Z, or seconds" },
	{ AT, "\"soon\"", NULL,
	    ": no time: say 2026-12-24T18:00:00Z, or seconds" },
	{ PRIO, "0", "prio 0\n", NULL },
	{ PRIO, "9", "prio 9\n", NULL },
	{ PRIO, "10", NULL, ": no number from 0 to 9" },
	{ PRIO, "-1", NULL, ": no number from 0 to 9" },
	{ PRIO, "\"1\"", NULL, ": no number from 0 to 9" },
};

static int
run(int what, struct composeenv *e, const json_t *j, struct compose_fault *f)
{
	switch (what) {
	case TAGS: return composeenv_tags(e, j, f);
	case META: return composeenv_metadata(e, j, f);
	case KEY: return composeenv_key(e, j, f);
	case TENANT: return composeenv_text(e, "tenant", j, f);
	case AT: return composeenv_moment(e, "hold-until", j, f);
	default: return composeenv_prio(e, j, f);
	}
}

static void
check(size_t i)
{
	json_t *j =
	    json_loads(cases[i].in, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	struct buf env = { 0 };
	struct composeenv e = { .env = &env };
	struct compose_fault f = { 0 };
	char fault[512];
	int r = run(cases[i].what, &e, j, &f);

	snprintf(fault, sizeof fault, "%s: %s", f.path, f.why);
	buf_putc(&env, '\0');
	is_num(r, cases[i].fault == NULL ? 0 : -1, cases[i].in);
	if (cases[i].fault != NULL)
		is_str(fault, cases[i].fault, "fault");
	else
		is_str(buf_data(&env), cases[i].env, "env");
	json_decref(j);
	buf_free(&env);
}

static void
check_sizes(void)
{
	char text[PARCEL_LINE_MAX + 10];
	struct buf env = { 0 };
	struct composeenv e = { .env = &env };
	struct compose_fault f = { 0 };
	json_t *j;
	int i;

	memset(text, 'x', sizeof text);
	j = json_stringn(text, COMPOSEENV_KEY_MAX);
	is_num(composeenv_key(&e, j, &f), 0, "255 bytes");
	is_num(composeenv_key(&e, j, &f), -1, "a second one");
	is_str(f.why, "stands twice", "why");
	json_decref(j);
	j = json_stringn(text, COMPOSEENV_KEY_MAX + 1);
	memset(&e.check, 0, sizeof e.check);
	is_num(composeenv_key(&e, j, &f), -1, "256 bytes");
	json_decref(j);
	/* "tenant " and the LF */
	j = json_stringn(text, PARCEL_LINE_MAX - 8);
	is_num(composeenv_text(&e, "tenant", j, &f), 0, "a full line");
	json_decref(j);
	j = json_stringn(text, PARCEL_LINE_MAX - 7);
	is_num(composeenv_text(&e, "tenant", j, &f), -1, "a byte more");
	is_str(f.why, "too long", "why");
	json_decref(j);
	j = json_array();
	for (i = 0; i < COMPOSEENV_TAGS_MAX; i++)
		json_array_append_new(j, json_sprintf("t%d", i));
	is_num(composeenv_tags(&e, j, &f), 0, "100 tags");
	json_array_append_new(j, json_string("x"));
	is_num(composeenv_tags(&e, j, &f), -1, "101");
	json_decref(j);
	buf_free(&env);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	check_sizes();
	return done();
}
