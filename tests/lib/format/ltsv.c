#include "format/ltsv.h"
#include "tap.h"
#include <stdlib.h>

/* the line as "label=value;" with values unescaped, "-" if it is none */
static const char *
show(const char *line, size_t n)
{
	static char out[LTSV_LINE_MAX * 2];
	char value[LTSV_LINE_MAX];
	struct ltsv l;
	size_t k = 0;
	unsigned i;
	long len;

	if (ltsv_parse(line, n, &l) == -1)
		return "-";
	for (i = 0; i < l.n; i++) {
		len = ltsv_value(&l.f[i], value, sizeof value);
		memcpy(out + k, l.f[i].label, l.f[i].label_len);
		k += l.f[i].label_len;
		out[k++] = '=';
		memcpy(out + k, value, len);
		k += len;
		out[k++] = ';';
	}
	out[k] = '\0';
	return out;
}

static void
parsing(void)
{
	static const struct {
		const char *line, *want;
	} t[] = {
		{ "id:abc", "id=abc;" },
		{ "id:abc\n", "id=abc;" },
		{ "", "" },
		{ "\n", "" },
		{ "a:1\tb:2\tc:3\n", "a=1;b=2;c=3;" },
		{ "a:\tb:\n", "a=;b=;" },
		{ "a:b:c\n", "a=b:c;" },
		{ "a::\n", "a=:;" },
		{ "a: x y \n", "a= x y ;" },
		{ "a_b-c.9:x\n", "a_b-c.9=x;" },
		{ "a:\\t\\n\\r\\\\\n", "a=\t\n\r\\;" },
		{ "a:\\\\n\n", "a=\\n;" },
		{ "a:\303\244\377\n", "a=\303\244\377;" },
		{ "a:\\x1b[\\x9b\\xffx\n", "a=\033[\233\377x;" },
		{ "a:1\ta:2\n", "a=1;a=2;" },
		/* none */
		{ "a", "-" },
		{ ":a", "-" },
		{ "a:1\t\n", "-" },
		{ "\ta:1\n", "-" },
		{ "a:1\t\tb:2\n", "-" },
		{ "A:1\n", "-" },
		{ "a b:1\n", "-" },
		{ "\303\244:1\n", "-" },
		{ "a:\\\n", "-" },
		{ "a:\\\tb:1\n", "-" },
		{ "a:\\x\n", "-" },
		{ "a:\\x1\n", "-" },
		{ "a:\\x1B\n", "-" },
		{ "a:\\x1\tb:1\n", "-" },
		{ "a:\r\n", "-" },
		{ "a:1\n\n", "-" },
		{ "a:1\nb:2\n", "-" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		is_str(show(t[i].line, strlen(t[i].line)), t[i].want,
		    t[i].want);
	is_str(show("a:b\0c", 5), "-", "raw NUL");
	is_str(show("a\0b:c", 5), "-", "NUL in a label");
}

static void
limits(void)
{
	static char line[LTSV_LINE_MAX + 10];
	struct ltsv l;
	size_t n;
	unsigned i;

	memset(line, 'a', sizeof line);
	line[LTSV_LABEL_MAX] = ':';
	is_num(ltsv_parse(line, 100, &l), 0, "longest label");
	line[LTSV_LABEL_MAX] = 'a';
	line[LTSV_LABEL_MAX + 1] = ':';
	is_num(ltsv_parse(line, 100, &l), -1, "one byte longer");
	line[1] = ':';
	line[LTSV_LINE_MAX - 1] = '\n';
	is_num(ltsv_parse(line, LTSV_LINE_MAX, &l), 0, "longest line");
	is_num(ltsv_parse(line, LTSV_LINE_MAX - 1, &l), 0,
	    "longest line without its LF");
	line[LTSV_LINE_MAX - 1] = 'a';
	line[LTSV_LINE_MAX] = '\n';
	is_num(ltsv_parse(line, LTSV_LINE_MAX + 1, &l), -1, "one byte longer");
	is_num(ltsv_parse(line, LTSV_LINE_MAX, &l), -1,
	    "one byte longer without its LF");
	for (n = 0, i = 0; i < LTSV_FIELDS_MAX; i++, n += 4)
		memcpy(line + n, "a:b\t", 4);
	is_num(ltsv_parse(line, n - 1, &l), 0, "most fields");
	is_num(l.n, LTSV_FIELDS_MAX, "all of them");
	memcpy(line + n, "a:b", 3);
	is_num(ltsv_parse(line, n + 3, &l), -1, "one more");
}

static void
finding(void)
{
	const char *s =
	    "id:x\tn:12\tempty:\tid:y\tesc:a\\tb\\0c\tbig:18446744073709551616";
	struct ltsv l;
	uint64_t u = 0;
	char v[8];

	ltsv_parse(s, strlen(s), &l);
	ok(ltsv_is(ltsv_find(&l, "id"), "x"), "the first of two");
	ok(ltsv_find(&l, "i") == NULL, "no prefix");
	ok(ltsv_find(&l, "idx") == NULL, "no longer one");
	ok(ltsv_is(ltsv_find(&l, "empty"), ""), "empty value");
	is_num(ltsv_slice(&l, "id").n, 1, "a value as it stands");
	ok(ltsv_slice(&l, "id").p == ltsv_find(&l, "id")->value, "there");
	is_num(ltsv_slice(&l, "none").n, 0, "none");
	ok(ltsv_slice(&l, "none").p != NULL, "is empty");
	ok(!ltsv_is(ltsv_find(&l, "none"), ""), "none is not empty");
	ok(!ltsv_is(ltsv_find(&l, "id"), ""), "x is not empty");
	is_num(ltsv_num(&l, "n", 0, 12, &u), 0, "number");
	is_num(u, 12, "its value");
	is_num(ltsv_num(&l, "n", 0, 11, &u), -1, "out of bounds");
	is_num(ltsv_num(&l, "empty", 0, 11, &u), -1, "empty is no number");
	is_num(ltsv_num(&l, "none", 0, 11, &u), -1, "none is no number");
	is_num(ltsv_num(&l, "big", 0, UINT64_MAX, &u), -1, "2^64");
	is_num(ltsv_get(&l, "esc", v, sizeof v), 5, "value with NUL");
	ok(memcmp(v, "a\tb\0c", 6) == 0, "all of it, and a NUL");
	is_num(ltsv_get(&l, "esc", v, 6), 5, "room for exactly that");
	is_num(ltsv_get(&l, "esc", v, 5), -1, "one byte less");
	is_num(ltsv_get(&l, "empty", v, 1), 0, "room for the NUL alone");
	is_num(ltsv_get(&l, "empty", v, 0), -1, "no room");
	is_num(ltsv_get(&l, "none", v, sizeof v), -1, "none");
}

static void
writing(void)
{
	struct buf b = { 0 };
	struct ltsv l;

	ltsv_puts(&b, "a", "1");
	ltsv_put(&b, "b", "\t\n\r\0\\x", 6);
	ltsv_putnum(&b, "c", 42);
	ltsv_end(&b);
	ltsv_parse("q:\\t", 4, &l);
	ltsv_copy(&b, &l.f[0]);
	ltsv_puts(&b, "z", "");
	ltsv_end(&b);
	ltsv_end(&b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "a:1\tb:\\t\\n\\r\\0\\\\x\tc:42\nq:\\t\tz:\n\n",
	    "lines as they stand");
	buf_free(&b);
}

/* for people: no control character but the TABs and LF of the line */
static void
showing(void)
{
	static const char raw[] = "a\tb\\c\0d\033[2J\177\302\233\233\303\244";
	struct ltsv_field f = { "r", "\\t\033\\x1b\377", 1, 8 };
	struct buf b = { 0 };
	char back[40];
	struct ltsv l;

	ltsv_show(&b, "v", raw, sizeof raw - 1);
	ltsv_show_field(&b, &f);
	ltsv_shows(&b, "s", "\001");
	ltsv_end(&b);
	ltsv_parse(buf_data(&b), buf_len(&b), &l);
	is_num(l.n, 3, "still a line");
	is_num(ltsv_get(&l, "v", back, sizeof back), sizeof raw - 1,
	    "all of it comes back");
	ok(memcmp(back, raw, sizeof raw) == 0, "as it was");
	buf_putc(&b, '\0');
	is_str(buf_data(&b),
	    "v:a\\tb\\\\c\\0d\\x1b[2J\\x7f\\xc2\\x9b\\x9b\303\244\t"
	    "r:\\t\\x1b\\x1b\\xff\ts:\\x01\n",
	    "as it is shown");
	buf_free(&b);
}

/* what is written comes back, whatever the bytes */
static void
round_trip(void)
{
	char value[300], back[301];
	struct buf b = { 0 };
	struct ltsv l;
	size_t i, n;
	int r, bad = 0;

	srand(1);
	for (r = 0; r < 3000; r++) {
		n = rand() % sizeof value;
		for (i = 0; i < n; i++)
			value[i] =
			    rand() % 3 ? rand() : "\t\n\r\0\\"[rand() % 5];
		buf_clear(&b);
		ltsv_puts(&b, "first", "1");
		ltsv_put(&b, "v", value, n);
		ltsv_puts(&b, "last", "2");
		ltsv_end(&b);
		if (ltsv_parse(buf_data(&b), buf_len(&b), &l) == -1 ||
		    l.n != 3 ||
		    ltsv_get(&l, "v", back, sizeof back) != (long)n ||
		    memcmp(back, value, n) != 0)
			bad++;
	}
	is_num(bad, 0, "3,000 random values come back");
	buf_free(&b);
}

/* a value into less room than it takes */
static void
cutting(void)
{
	static const struct {
		const char *value;
		size_t max, want;
	} cases[] = {
		{ "", 0, 0 },
		{ "abc", 3, 3 },
		{ "abc", 2, 2 },
		{ "abc", 0, 0 },
		{ "ab\\tc", 2, 2 },
		{ "ab\\tc", 3, 2 },
		{ "ab\\tc", 4, 4 },
		{ "ab\\x09c", 5, 2 },
		{ "ab\\x09c", 6, 6 },
		{ "\\\\\\\\", 3, 2 },
		{ "ab\\", 9, 2 },
		{ "ab\\qcd", 9, 2 },
		{ "ab\\x0", 9, 2 },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_num(ltsv_cut(cases[i].value, strlen(cases[i].value),
			   cases[i].max),
		    cases[i].want, cases[i].value);
}

int
main(void)
{
	parsing();
	limits();
	finding();
	writing();
	showing();
	round_trip();
	cutting();
	return done();
}
