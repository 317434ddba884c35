/* encode: tables, whole and in pieces; what is made is read again */
#include "mime/encode.h"
#include "mime/decode.h"
#include "tap.h"
#include <stdlib.h>

#define UE "\303\274"
#define X10 "xxxxxxxxxx"
#define E16 "eHh4eHh4eHh4eHh4"
#define LINE E16 E16 E16 E16 "eHh4eHh4eHh4\n"
#define X70 X10 X10 X10 X10 X10 X10 X10

static const struct {
	const char *in, *want;
} quoted[] = {
	{ "", "" },
	{ "hi\n", "hi\n" },
	{ "hi", "hi" },
	{ "a=b\n", "a=3Db\n" },
	{ UE "\n", "=C3=BC\n" },
	{ "a\tb\001\177\n", "a\tb=01=7F\n" },
	{ "a \nb\t\n", "a=20\nb=09\n" },
	{ "a ", "a=20" },
	{ "\r\n", "=0D\n" },
	{ ".\n..\na.\n", "=2E\n=2E.\na.\n" },
	{ "--x\n-x\n", "=2D-x\n-x\n" },
	{ "From x\nFromage\n", "=46rom x\nFromage\n" },
	{ X70 "xxxxx\n", X70 "xxxxx\n" },
	{ X70 "xxxxxx\n", X70 "xxxxx=\nx\n" },
	{ X70 "xx=\n", X70 "xx=3D\n" },
	{ X70 "xxx=\n", X70 "xxx=\n=3D\n" },
	{ X70 "xxxx \n", X70 "xxxx=\n=20\n" },
	{ X70 "xxxxx.\n", X70 "xxxxx=\n=2E\n" },
};

static int
is_buf(const struct buf *b, const char *want)
{
	return buf_len(b) == strlen(want) &&
	    (buf_len(b) == 0 || memcmp(buf_data(b), want, buf_len(b)) == 0);
}

static void
check_quoted(void)
{
	struct buf b = { 0 };
	size_t i, k, n, column;

	for (i = 0; i < sizeof quoted / sizeof *quoted; i++) {
		n = strlen(quoted[i].in);
		column = 0;
		encode_quoted(&b, &column, quoted[i].in, n, quoted[i].in + n);
		ok(is_buf(&b, quoted[i].want), quoted[i].in);
		buf_clear(&b);
		for (k = column = 0; k < n; k++)
			encode_quoted(&b, &column, quoted[i].in + k, 1,
			    quoted[i].in + n);
		ok(is_buf(&b, quoted[i].want), "byte by byte");
		buf_clear(&b);
	}
	buf_free(&b);
}

/* all bytes that a text may have, and lines of every length */
static void
check_back(void)
{
	char text[20000], back[40000 + DECODE_HELD_MAX];
	struct buf b = { 0 };
	size_t i, n, line = 0, column = 0;

	for (i = 0; i < sizeof text; i++)
		text[i] = i % 97 == 96 ? '\n' : (char)(i * i % 251 + i / 300);
	encode_quoted(&b, &column, text, sizeof text, text + sizeof text);
	for (i = 0, n = 0; i < buf_len(&b); i++) {
		n = buf_data(&b)[i] == '\n' ? 0 : n + 1;
		line = n > line ? n : line;
	}
	is_num(line, ENCODE_LINE_LEN, "no line is longer");
	n = decode_all(MIME_QUOTED_PRINTABLE, buf_data(&b), buf_len(&b), back,
	    NULL);
	ok(n == sizeof text && memcmp(back, text, n) == 0, "and back");
	buf_clear(&b);
	encode_base64(&b, text, sizeof text);
	n = decode_all(MIME_BASE64, buf_data(&b), buf_len(&b), back, NULL);
	ok(n == sizeof text && memcmp(back, text, n) == 0, "base64 and back");
	buf_free(&b);
}

static void
check_base64(void)
{
	static const struct {
		const char *in, *bytes, *text;
	} cases[] = {
		{ "", "", "" },
		{ "a", "YQ==\n", "YQ==\n" },
		{ "a\n", "YQo=\n", "YQ0K\n" },
		{ "\na\nb", "CmEKYg==\n", "DQphDQpi\n" },
		{ X10 X10 X10 X10 X10 "xxxxxxx", LINE, LINE },
		{ X10 X10 X10 X10 X10 "xxxxxxxx", LINE "eA==\n",
		    LINE "eA==\n" },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		encode_base64(&b, cases[i].in, strlen(cases[i].in));
		ok(is_buf(&b, cases[i].bytes), "base64");
		buf_clear(&b);
		encode_base64_text(&b, cases[i].in, strlen(cases[i].in));
		ok(is_buf(&b, cases[i].text), "base64 of a text");
		buf_clear(&b);
	}
	buf_free(&b);
}

static void
check_lines(void)
{
	static const struct {
		const char *in, *want;
		int r;
	} cases[] = {
		{ "", "", 0 },
		{ " \n", "", 0 },
		{ "YQ==", "YQ==\n", 0 },
		{ "YQ", "YQ==\n", 0 },
		{ "Y\r\nW\tE =", "YWE=\n", 0 },
		{ "YWFh", "YWFh\n", 0 },
		{ "YQ=\n=\n", "YQ==\n", 0 },
		{ E16 E16 E16 E16 E16, LINE "eHh4\n", 0 },
		{ "Y", NULL, -2 },
		{ "YQ=", NULL, -2 },
		{ "YWFh=", NULL, -2 },
		{ "YQ===", NULL, -2 },
		{ "YQ==YQ==", NULL, -2 },
		{ "Y-Q=", NULL, -2 },
		{ "=", NULL, -2 },
		{ "Y\303\274Q=", NULL, -2 },
	};
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		is_num(encode_base64_lines(&b, cases[i].in,
			   strlen(cases[i].in)),
		    cases[i].r, cases[i].in);
		if (cases[i].r == 0)
			ok(is_buf(&b, cases[i].want), "lines");
		is_num(encode_base64_lines(NULL, cases[i].in,
			   strlen(cases[i].in)),
		    cases[i].r, "only looked at");
	}
	buf_free(&b);
}

static void
check_faults(void)
{
	char line[ENCODE_PLAIN_LEN + 3];

	memset(line, 'x', sizeof line);
	line[ENCODE_PLAIN_LEN] = '\n';
	is_num(encode_faults(line, ENCODE_PLAIN_LEN), 0, "a full line");
	is_num(encode_faults(line, ENCODE_PLAIN_LEN + 2), 0, "and its end");
	line[ENCODE_PLAIN_LEN] = 'x';
	is_num(encode_faults(line, ENCODE_PLAIN_LEN + 1), 1, "a byte more");
	is_num(encode_faults("a\0b\r\n\200\n", 7), 3, "three of them");
	is_num(encode_faults("", 0), 0, "nothing");
	ok(!encode_base64_is_shorter(UE UE UE, 6), "short: to be read");
	memset(line, '\377', 200);
	ok(encode_base64_is_shorter(line, 200), "bytes");
	memset(line, 'x', 200);
	ok(!encode_base64_is_shorter(line, 200), "letters");
}

int
main(void)
{
	check_quoted();
	check_back();
	check_base64();
	check_lines();
	check_faults();
	return done();
}
