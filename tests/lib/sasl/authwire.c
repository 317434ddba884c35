/* lines of auth-socket(5): split, found, escaped and unescaped */
#include "sasl/authwire.h"
#include "tap.h"
#include <stdlib.h>

static struct authwire_line line;

static long
get(const char *text)
{
	return authwire_get(text, strlen(text), &line);
}

static void
test_split(void)
{
	static const char text[] = "AUTH\t7\tPLAIN\tsecured\tresp=\nFAIL";
	struct slice v;
	uint32_t id;
	size_t i;

	is_num(get(text), 27, "a line, and not what is behind it");
	is_num(line.n, 5, "its words");
	ok(authwire_is(&line, "AUTH"), "the command");
	ok(!authwire_is(&line, "AUT") && !authwire_is(&line, "AUTHX"),
	    "and no other");
	ok(authwire_id(&line, &id) == 0 && id == 7, "the number");
	ok(authwire_find(&line, 3, "resp", &v) && v.n == 0, "resp= is there");
	ok(authwire_find(&line, 3, "secured", &v) && v.n == 0, "so is a word");
	ok(!authwire_find(&line, 3, "secure", &v), "a part of it is not");
	ok(!authwire_find(&line, 4, "secured", &v), "nor what is before");
	for (i = 0; i < 27; i++)
		if (authwire_get(text, i, &line) != 0)
			break;
	is_num(i, 27, "no part is a line");
	is_num(get("\n"), 1, "an empty line");
	ok(line.n == 1 && authwire_is(&line, ""), "has one empty word");
	is_num(get("a\t\tb\n"), 5, "an empty word");
	is_num(line.n, 3, "is one");
}

static void
test_id(void)
{
	static const struct {
		const char *text;
		int r;
		uint32_t id;
	} t[] = { { "OK\t0\n", 0, 0 }, { "OK\t4294967295\n", 0, UINT32_MAX },
		{ "OK\t4294967296\n", -1, 0 }, { "OK\t-1\n", -1, 0 },
		{ "OK\t\n", -1, 0 }, { "OK\n", -1, 0 }, { "OK\t1x\n", -1, 0 } };
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		uint32_t id = 0;

		get(t[i].text);
		ok(authwire_id(&line, &id) == t[i].r && id == t[i].id,
		    t[i].text);
	}
}

static void
test_limits(void)
{
	static char big[AUTHWIRE_LINE_MAX + 1];
	char words[200] = "w";
	unsigned i;

	memset(big, 'x', sizeof big);
	big[AUTHWIRE_LINE_MAX - 1] = '\n';
	is_num(authwire_get(big, sizeof big, &line), AUTHWIRE_LINE_MAX,
	    "a line at the limit");
	big[AUTHWIRE_LINE_MAX - 1] = 'x';
	big[AUTHWIRE_LINE_MAX] = '\n';
	is_num(authwire_get(big, AUTHWIRE_LINE_MAX - 1, &line), 0,
	    "it may still become one");
	is_num(authwire_get(big, AUTHWIRE_LINE_MAX, &line), -1, "no more");
	is_num(authwire_get(big, sizeof big, &line), -1, "one above");
	is_num(authwire_get("a\0b\n", 4, &line), -1, "a NUL");
	is_num(authwire_get("a\n\0", 3, &line), 2, "one behind the line");
	for (i = 1; i < AUTHWIRE_WORDS_MAX; i++)
		strcat(words, "\tw");
	strcat(words, "\n");
	get(words);
	is_num(line.n, AUTHWIRE_WORDS_MAX, "words at the limit");
	words[strlen(words) - 1] = '\0';
	strcat(words, "\tresp=x\n");
	is_num(get(words), (long)strlen(words), "one above");
	is_num(line.n, AUTHWIRE_WORDS_MAX, "is passed over");
}

/* all bytes, once and twice, through a line and back */
static void
test_round_trip(void)
{
	char all[512], back[513];
	struct buf b = { 0 };
	struct slice v;
	unsigned i;
	long n;

	for (i = 0; i < sizeof all; i++)
		all[i] = (char)i;
	authwire_begin(&b, "FAIL", 9);
	authwire_put(&b, "user=", all, sizeof all);
	authwire_put(&b, "temp", NULL, 0);
	buf_putc(&b, '\n');
	n = authwire_get(buf_data(&b), buf_len(&b), &line);
	is_num(n, (long)buf_len(&b), "one line");
	is_num(line.n, 4, "of four words");
	ok(authwire_find(&line, 2, "temp", &v), "with the last");
	ok(authwire_find(&line, 2, "user", &v), "and the value");
	n = authwire_value(v, back, sizeof back);
	ok(n == sizeof all && memcmp(all, back, sizeof all) == 0,
	    "as it was put in");
	is_num(authwire_value(v, back, sizeof back - 1), -1, "no room");
	buf_free(&b);
}

static void
test_value(void)
{
	static const struct {
		const char *in, *out;
	} t[] = { { "", "" }, { "a\001tb", "a\tb" }, { "\001x", "x" },
		{ "a\001", "a\001" }, { "\0011\001r\001n", "\001\r\n" } };
	char out[8];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		struct slice v = { t[i].in, strlen(t[i].in) };

		authwire_value(v, out, sizeof out);
		is_str(out, t[i].out, t[i].in);
	}
	is_num(authwire_value((struct slice){ "abcdefg", 7 }, out, 8), 7,
	    "just room");
	is_num(authwire_value((struct slice){ "abcdefgh", 8 }, out, 8), -1,
	    "one more");
}

int
main(void)
{
	test_split();
	test_id();
	test_limits();
	test_round_trip();
	test_value();
	return done();
}
