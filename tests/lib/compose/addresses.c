#include "compose/addresses.h"
#include "tap.h"
#include <stdlib.h>

#define UE "\303\274"
#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X250 X50 X50 X50 X50 X50

static const struct {
	const char *in, *field, *env, *fault;
} cases[] = {
	{ "\"a@b.c\"", "To: a@b.c", "to a@b.c\n", NULL },
	{ "\"Ann <a@b.c>\"", "To: Ann <a@b.c>", "to a@b.c\n", NULL },
	{ "\"<a@b.c>\"", "To: a@b.c", "to a@b.c\n", NULL },
	{ "\"a@b.c (Ann)\"", "To: Ann <a@b.c>", "to a@b.c\n", NULL },
	{ "\"\\\"Lee, Ann\\\" <a@b.c>, d@e.f\"",
	    "To: \"Lee, Ann\" <a@b.c>, d@e.f", "to a@b.c\nto d@e.f\n", NULL },
	{ "{\"address\":\"a@b.c\",\"name\":\"Lee, Ann\"}",
	    "To: \"Lee, Ann\" <a@b.c>", "to a@b.c\n", NULL },
	{ "{\"email\":\"a@b.c\",\"name\":null}", "To: a@b.c", "to a@b.c\n",
	    NULL },
	{ "{\"email\":\"a@b.c\",\"name\":\"\"}", "To: a@b.c", "to a@b.c\n",
	    NULL },
	{ "[\"a@b.c\",{\"email\":\"d@e.f\",\"name\":\"JJ" UE "\"},\"A@B.c\"]",
	    "To: a@b.c, =?utf-8?q?JJ=C3=BC?= <d@e.f>, A@B.c",
	    "to a@b.c\nto d@e.f\nto A@B.c\n", NULL },
	{ "[\"a@b.c\",\"a@B.C\"]", "To: a@b.c, a@B.C", "to a@b.c\n", NULL },
	{ "\"j" UE "@b.c\"", "To: j" UE "@b.c", "to j" UE "@b.c\n", NULL },
	{ "\"a@b" UE ".c\"", "To: a@b" UE ".c", "to a@b" UE ".c\n", NULL },
	{ "\"\\\"a b\\\"@b.c\"", "To: \"a b\"@b.c", "to \"a b\"@b.c\n", NULL },
	{ "\"\\\"ab\\\"@b.c\"", "To: \"ab\"@b.c", "to ab@b.c\n", NULL },
	{ "\"a..b@b.c\"", "To: \"a..b\"@b.c", "to a..b@b.c\n", NULL },
	{ "\"a@[192.0.2.1]\"", "To: a@[192.0.2.1]", "to a@[192.0.2.1]\n",
	    NULL },
	/* folded */
	{ "[\"aaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbb.c\","
	  "\"aaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbb.c\",\"d@e.f\"]",
	    "To: aaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbb.c, "
	    "aaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbb.c,\n d@e.f",
	    "to aaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbb.c\n"
	    "to aaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbb.c\nto d@e.f\n",
	    NULL },
	{ "[\"d@e.f\",{\"email\":\"a@b.c\",\"name\":\"" X50 X10 X10 " yy\"}]",
	    "To: d@e.f,\n " X50 X10 X10 " yy\n <a@b.c>", "to d@e.f\nto a@b.c\n",
	    NULL },
	{ "{\"email\":\"" X50 "@b.c\",\"name\":\"" X10 " y z v uu\"}",
	    "To: " X10 " y z v uu\n <" X50 "@b.c>", "to " X50 "@b.c\n", NULL },
	/* names */
	{ "{\"email\":\"a@b.c\",\"name\":\"" X250 "12345\"}",
	    "To:\n " X250 "12345\n <a@b.c>", "to a@b.c\n", NULL },
	{ "{\"email\":\"a@b.c\",\"name\":\"" X250 "123456\"}", NULL, NULL,
	    ": a name of more than 255 bytes" },
	{ "{\"email\":\"a@b.c\",\"name\":\"x\\r\\nBcc: y@z\"}", NULL, NULL,
	    ": control characters in a name" },
	{ "{\"email\":\"a@b.c\",\"name\":1}", NULL, NULL, "name: no string" },
	/* what is none */
	{ "\"\"", NULL, NULL, ": no address" },
	{ "\" \"", NULL, NULL, ": no address" },
	{ "\"a\"", NULL, NULL, ": no address" },
	{ "\"a@\"", NULL, NULL, ": no address" },
	{ "\"@b.c\"", NULL, NULL, ": no address" },
	{ "\"Ann <>\"", NULL, NULL, ": no address" },
	{ "\"a@b.c\\r\\nX: y\"", NULL, NULL, ": control characters" },
	{ "\"a@b.c\\u0000\"", NULL, NULL, ": control characters" },
	{ "\"a@b.c <d@e.f>\"", NULL, NULL,
	    ": an address that may be read otherwise" },
	{ "\"<@x.y:d@e.f>\"", NULL, NULL,
	    ": an address that may be read otherwise" },
	{ "[]", NULL, NULL, ": no address" },
	{ "[\"a@b.c\",\"\"]", NULL, NULL, "[1]: no address" },
	{ "[\"a@b.c\",[\"a@b.c\"]]", NULL, NULL, "[1]: no address" },
	{ "[\"a@b.c\",{}]", NULL, NULL, "[1].address: no address" },
	{ "{\"address\":\"a@b.c\",\"email\":\"a@b.c\"}", NULL, NULL,
	    "email: stands twice" },
	{ "{\"address\":\"A <a@b.c>\"}", NULL, NULL, ": no address" },
	{ "{\"adress\":\"a@b.c\"}", NULL, NULL, "adress: unknown" },
	{ "1", NULL, NULL, ": no address" },
	{ "true", NULL, NULL, ": no address" },
};

static void
check(size_t i)
{
	json_t *j =
	    json_loads(cases[i].in, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	struct buf field = { 0 }, env = { 0 };
	struct rcptset rcpts = { 0 };
	struct addresses a = { .field = &field, .rcpts = &rcpts, .env = &env };
	struct compose_fault f = { 0 };
	char fault[512];
	int r;

	buf_puts(&field, "To:");
	r = addresses_put(&a, j, &f);
	snprintf(fault, sizeof fault, "%s: %s", f.path, f.why);
	buf_putc(&field, '\0');
	buf_putc(&env, '\0');
	if (cases[i].fault != NULL) {
		is_num(r, -1, cases[i].in);
		is_str(fault, cases[i].fault, "fault");
	} else {
		is_num(r, 0, cases[i].in);
		is_str(buf_data(&field), cases[i].field, "field");
		is_str(buf_data(&env), cases[i].env, "env");
		is_num(a.utf8, strstr(cases[i].env, UE) != NULL, "utf8");
	}
	json_decref(j);
	rcptset_free(&rcpts);
	buf_free(&field);
	buf_free(&env);
}

static void
check_long(size_t n, int want)
{
	char *s = malloc(n + 1);
	struct compose_fault f = { 0 };
	struct addresses a = { 0 };
	json_t *j;

	memset(s, ' ', n);
	memcpy(s, "a@b.c,", 6);
	s[n] = '\0';
	j = json_string(s);
	is_num(addresses_put(&a, j, &f), want, "a long string");
	json_decref(j);
	free(s);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	check_long(ADDRESSES_TEXT_MAX, 0);
	check_long(ADDRESSES_TEXT_MAX + 1, -1);
	return done();
}
