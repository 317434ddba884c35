#include "mime/unixtext.h"
#include "tap.h"
#include <stdlib.h>

/* what has come out, moved to s */
static char *
put(char *s, struct buf *b)
{
	size_t n = buf_len(b);

	if (n > 0)
		memcpy(s, buf_data(b), n);
	buf_clear(b);
	return s + n;
}

/* in pieces of `step` bytes; LINE events are shown as |, END as $, and what
 * was not consumed follows it in <> */
static void
run(const char *in, size_t n, size_t step, int dots, int body, char *out)
{
	struct unixtext t = { .dots = dots, .body = body };
	struct buf b = { 0 };
	enum unixtext_event ev = UNIXTEXT_MORE;
	size_t at = 0, chunk, used;
	char *s = out;

	while (at < n && ev != UNIXTEXT_END) {
		chunk = n - at < step ? n - at : step;
		used = unixtext_feed(&t, in + at, chunk, &b, &ev);
		at += used;
		s = put(s, &b);
		if (ev == UNIXTEXT_LINE)
			*s++ = '|';
	}
	if (ev != UNIXTEXT_END)
		unixtext_finish(&t, &b);
	s = put(s, &b);
	if (ev == UNIXTEXT_END)
		s += sprintf(s, "$<%.*s>", (int)(n - at), in + at);
	*s = '\0';
	buf_free(&b);
}

static const struct {
	const char *in, *want;
	int dots, body;
} cases[] = {
	{ "", "", 1, 1 },
	{ "a\nb\n", "a\nb\n", 1, 1 },
	{ "a\r\nb\r\n", "a\nb\n", 1, 1 },
	{ "a\r\nb\nc\r\n", "a\nb\nc\n", 1, 1 },
	{ "a", "a\n", 1, 1 },
	{ "a\r", "a\n", 1, 1 },
	{ "a\r\r\r\n", "a\n", 1, 1 },
	{ "a\rb\n", "a b\n", 1, 1 },
	{ "\r\n", "\n", 1, 1 },
	{ "\ra\n", " a\n", 1, 1 },
	{ "a\r\rb\n", "a  b\n", 1, 1 },
	{ ".\nrest", "$<rest>", 1, 1 },
	{ "a\n.\nrest", "a\n$<rest>", 1, 1 },
	{ "a\n.\r\nrest", "a\n$<rest>", 1, 1 },
	{ "a\n.", "a\n", 1, 1 },
	{ "a\n.\r", "a\n", 1, 1 },
	{ "a\n..\n.b\n", "a\n..\n.b\n", 1, 1 },
	{ "a\n.\rb\n", "a\n. b\n", 1, 1 },
	{ "a\n \n.\n", "a\n \n$<>", 1, 1 },
	{ "a\n\r.\n", "a\n .\n", 1, 1 },
	{ "a.\n", "a.\n", 1, 1 },
	{ "a\n.\nb\n", "a\n.\nb\n", 0, 1 },
	{ "a\n.", "a\n.\n", 0, 1 },
	{ "a\nb\n\nc", "a\n|b\n|\n|c\n", 1, 0 },
	{ "a\r\n.\r\nb", "a\n|$<b>", 1, 0 },
};

/* a line of n bytes in the body, its longest piece and what it becomes */
static void
line_of(size_t n, size_t want_lines)
{
	struct unixtext t = { .body = 1 };
	char *in = malloc(n);
	struct buf b = { 0 };
	enum unixtext_event ev;
	size_t i, col = 0, longest = 0, lines = 0;

	memset(in, 'x', n);
	unixtext_feed(&t, in, n, &b, &ev);
	unixtext_finish(&t, &b);
	for (i = 0; i < buf_len(&b); i++) {
		if (buf_data(&b)[i] != '\n') {
			col++;
			continue;
		}
		lines++;
		if (col > longest)
			longest = col;
		col = 0;
	}
	is_num(lines, want_lines, "lines");
	ok(longest <= LINEBREAK_MAX, "none too long");
	is_num(buf_len(&b), n + want_lines, "no byte lost");
	free(in);
	buf_free(&b);
}

int
main(void)
{
	static char got[65536], crs[UNIXTEXT_CRS_MAX + 3];
	struct unixtext t = { .body = 1 };
	struct buf b = { 0 };
	enum unixtext_event ev;
	size_t i, step;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (step = 1; step < 12; step++) {
			run(cases[i].in, strlen(cases[i].in), step,
			    cases[i].dots, cases[i].body, got);
			is_str(got, cases[i].want, "case");
		}
	unixtext_feed(&t, "a\0b\300", 4, &b, &ev);
	unixtext_finish(&t, &b);
	ok(buf_len(&b) == 5 && memcmp(buf_data(&b), "a b\300\n", 5) == 0,
	    "NUL");
	ok(t.eight_bit, "8 bit is noticed");
	line_of(LINEBREAK_MAX, 1);
	line_of(LINEBREAK_MAX + 1, 2);
	line_of(2 * LINEBREAK_MAX, 2);
	line_of(2 * LINEBREAK_MAX + 1, 3);
	/* CRs before a LF: at the limit, and one above */
	memset(crs, '\r', sizeof crs);
	crs[UNIXTEXT_CRS_MAX] = '\n';
	run(crs, UNIXTEXT_CRS_MAX + 1, 99, 0, 1, got);
	is_num(strlen(got), 1, "CRs at the limit");
	crs[UNIXTEXT_CRS_MAX] = '\r';
	crs[UNIXTEXT_CRS_MAX + 1] = '\n';
	run(crs, UNIXTEXT_CRS_MAX + 2, 99, 0, 1, got);
	is_num(strlen(got), UNIXTEXT_CRS_MAX + 1, "CRs one above");
	buf_free(&b);
	return done();
}
