#include "smtp/reply.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in;
	long len; /* 0: unfinished, -1: bad */
	unsigned code, lines;
	const char *esc, *text;
} cases[] = {
	{ "250 ok\r\n", 8, 250, 1, "", "250 ok" },
	{ "250 ok\n", 7, 250, 1, "", "250 ok" },
	{ "250\r\n", 5, 250, 1, "", "250" },
	{ "250 \r\n", 6, 250, 1, "", "250" },
	{ "250 2.1.5 fine\r\n", 16, 250, 1, "2.1.5", "250 2.1.5 fine" },
	{ "550 5.1.1\r\n", 11, 550, 1, "5.1.1", "550 5.1.1" },
	{ "550-5.1.1 who\r\n550 5.1.1 is that\r\n", 34, 550, 2, "5.1.1",
	    "550 5.1.1 who is that" },
	{ "550-5.7.123 a\r\n550-b\r\n550 \r\n", 28, 550, 3, "5.7.123",
	    "550 5.7.123 a b" },
	{ "250 2.1.5x\r\n", 12, 250, 1, "", "250 2.1.5x" },
	{ "250 4.1.5 x\r\n", 13, 250, 1, "", "250 4.1.5 x" },
	{ "250 2.1\r\n", 9, 250, 1, "", "250 2.1" },
	{ "250 2..1 x\r\n", 12, 250, 1, "", "250 2..1 x" },
	{ "250 2.1234.1 x\r\n", 16, 250, 1, "", "250 2.1234.1 x" },
	{ "451 \x1b[2J\x01\xc3\xa4\t.\r\n", 15, 451, 1, "", "451 ?[2J????." },
	{ "250 a\r\n550 b\r\n", 7, 250, 1, "", "250 a" },
	{ "250-a\r\n", 0, 0, 0, "", "" },
	{ "", 0, 0, 0, "", "" },
	{ "2", 0, 0, 0, "", "" },
	{ "250 ok\r", 0, 0, 0, "", "" },
	{ "250-a\r\n251 b\r\n", -1, 0, 0, "", "" },
	{ "25 ok\r\n", -1, 0, 0, "", "" },
	{ "150 ok\r\n", -1, 0, 0, "", "" },
	{ "650 ok\r\n", -1, 0, 0, "", "" },
	{ "250_ok\r\n", -1, 0, 0, "", "" },
	{ "\r\n", -1, 0, 0, "", "" },
	{ "HTTP/1.0 200 OK\r\n", -1, 0, 0, "", "" },
};

static void
one(const char *in, long len, unsigned code, unsigned lines, const char *esc,
    const char *text)
{
	char t[REPLY_TEXT_MAX + 1], name[80], e[16] = "";
	size_t n = strlen(in), i;
	struct reply r;
	long got = reply_parse(in, n, &r);

	snprintf(name, sizeof name, "%.30s: length", in);
	for (i = 0; name[i] != '\0'; i++)
		if (name[i] < ' ' || name[i] > '~')
			name[i] = '_';
	is_num(got, len, name);
	if (len <= 0)
		return;
	is_num(r.code, code, "code");
	is_num(r.lines, lines, "lines");
	if (r.esc != NULL)
		memcpy(e, r.esc, r.esc_len);
	is_str(e, esc, "enhanced code");
	t[reply_text(&r, t, REPLY_TEXT_MAX)] = '\0';
	is_str(t, text, "text");
	for (i = 0; i < (size_t)len; i++)
		if (reply_parse(in, i, &r) != 0)
			break;
	is_num(i, len, "unfinished until its last byte");
}

/* a reply of so many lines, the last of so many bytes with its end */
static char *
big(unsigned lines, size_t last)
{
	char *p = malloc(lines * 8 + last + 8), *q = p;

	while (lines-- > 1)
		q += sprintf(q, "250-x\r\n");
	memcpy(q, "250 ", 4);
	memset(q + 4, 'a', last - 6);
	strcpy(q + last - 2, "\r\n");
	return p;
}

/* what is no reply, in one line */
static void
noise(void)
{
	static const struct {
		const char *in, *text;
	} t[] = {
		{ "", "" },
		{ "\r\n", "" },
		{ "hello", "hello" },
		{ "220-a\r\n521 5.7.1 b, see c\r\n",
		    "220-a 521 5.7.1 b, see c" },
		{ "a\n\r\n\nb", "a b" },
		{ "\026\003\377", "???" },
	};
	char out[64];
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n = reply_noise(t[i].in, strlen(t[i].in), out, sizeof out - 1);
		out[n] = '\0';
		is_str(out, t[i].text, t[i].in);
	}
	is_num(reply_noise("abcdef", 6, out, 4), 4, "it is cut");
}

int
main(void)
{
	noise();
	struct reply r;
	char *p, t[REPLY_MAX + 1], cut[10];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		one(cases[i].in, cases[i].len, cases[i].code, cases[i].lines,
		    cases[i].esc, cases[i].text);
	p = big(1, REPLY_LINE_MAX);
	is_num(reply_parse(p, strlen(p), &r), REPLY_LINE_MAX, "longest line");
	is_num(reply_text(&r, cut, sizeof cut), 10, "text is cut");
	ok(memcmp(cut, "250 aaaaaa", 10) == 0, "where it should be");
	free(p);
	p = big(1, REPLY_LINE_MAX + 1);
	is_num(reply_parse(p, strlen(p), &r), -1, "a line one longer");
	is_num(reply_parse(p, REPLY_LINE_MAX, &r), -1, "seen early");
	is_num(reply_parse(p, REPLY_LINE_MAX - 1, &r), 0, "but not too early");
	free(p);
	p = big(1, REPLY_AUTH_LINE_MAX);
	memcpy(p, "334", 3);
	is_num(reply_parse(p, REPLY_AUTH_LINE_MAX - 1, &r), 0,
	    "but for challenges");
	is_num(reply_parse(p, strlen(p), &r), REPLY_AUTH_LINE_MAX,
	    "which may be longer");
	free(p);
	p = big(1, REPLY_AUTH_LINE_MAX + 1);
	memcpy(p, "334", 3);
	is_num(reply_parse(p, strlen(p), &r), -1, "one byte more");
	is_num(reply_parse(p, REPLY_AUTH_LINE_MAX, &r), -1, "seen early");
	free(p);
	p = big(REPLY_LINES_MAX, 20);
	is_num(reply_parse(p, strlen(p), &r), strlen(p), "most lines");
	free(p);
	p = big(REPLY_LINES_MAX + 1, 20);
	is_num(reply_parse(p, strlen(p), &r), -1, "one line more");
	free(p);
	for (i = 0; i < REPLY_MAX; i += 160)
		snprintf(t + i, sizeof t - i, "250-%0153d\r\n%s", 0, " ");
	is_num(reply_parse(t, REPLY_MAX, &r), -1, "a reply too long");
	is_num(reply_parse(t, 160 * 20, &r), -1, "whose line is none");
	return done();
}
