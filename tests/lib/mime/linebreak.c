#include "mime/charset.h"
#include "mime/linebreak.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/resource.h>

/*
 * A line is written as pieces: {n, "text"} stands for the text n times.  What
 * comes out is looked at by what must be true of it, and by where the first
 * break is.
 */
struct piece {
	int n;
	const char *text;
};

static const struct {
	const char *name;
	struct piece line[5];
	int header;
	size_t first;        /* bytes of the first line that comes out */
	const char *charset; /* each line is all of it, or NULL */
} cases[] = {
	{ "at the limit", { { 998, "x" } }, 0, 998, "utf-8" },
	{ "one above", { { 999, "x" } }, 0, 998, "utf-8" },
	{ "a blank", { { 900, "x" }, { 1, " " }, { 900, "y" } }, 0, 901,
	    "utf-8" },
	{ "the last of many", { { 300, "word " } }, 0, 995, "utf-8" },
	{ "a TAB", { { 900, "x" }, { 1, "\t" }, { 900, "y" } }, 0, 901,
	    "utf-8" },
	{ "a blank where it still fits",
	    { { 997, "x" }, { 1, " " }, { 900, "y" } }, 0, 998, "utf-8" },
	{ "a blank too late", { { 998, "x" }, { 1, " " }, { 900, "y" } }, 0,
	    998, "utf-8" },
	{ "blanks in front do not count", { { 4, " " }, { 1200, "x" } }, 0, 998,
	    "utf-8" },
	{ "two bytes, even", { { 600, "\303\244" } }, 0, 998, "utf-8" },
	{ "two bytes, odd", { { 1, "x" }, { 600, "\303\244" } }, 0, 997,
	    "utf-8" },
	{ "three bytes", { { 600, "\342\202\254" } }, 0, 996, "utf-8" },
	{ "four bytes", { { 600, "\360\237\230\200" } }, 0, 996, "utf-8" },
	{ "four bytes, one off", { { 3, "x" }, { 600, "\360\237\230\200" } }, 0,
	    995, "utf-8" },
	{ "words of UTF-8", { { 200, "gr\303\266\303\237er " } }, 0, 990,
	    "utf-8" },
	{ "behind a mark", { { 900, "x" }, { 1, ">" }, { 900, "y" } }, 0, 901,
	    "utf-8" },
	{ "an early mark", { { 90, "x" }, { 1, ">" }, { 950, "y" } }, 0, 998,
	    "utf-8" },
	{ "Latin-1", { { 1200, "\344" } }, 0, 998, "iso-8859-1" },
	{ "Shift-JIS", { { 1, "x" }, { 600, "\203\\" } }, 0, 997, "shift_jis" },
	{ "GBK", { { 1, "x" }, { 600, "\304\343" } }, 0, 997, "gbk" },
	{ "GB 18030", { { 3, "x" }, { 600, "\201\060\204\070" } }, 0, 995,
	    "gb18030" },
	{ "quoted-printable", { { 400, "=E4" } }, 0, 996, "us-ascii" },
	{ "quoted-printable, one off", { { 1, "x" }, { 400, "=e4" } }, 0, 997,
	    "us-ascii" },
	{ "quoted-printable of UTF-8", { { 1, "x" }, { 300, "=C3=A4" } }, 0,
	    997, "us-ascii" },
	{ "of three bytes", { { 150, "=E2=82=AC" } }, 0, 990, "us-ascii" },
	{ "of four bytes", { { 100, "=F0=9F=98=80" } }, 0, 996, "us-ascii" },
	{ "no quoted-printable", { { 400, "=xy" } }, 0, 998, "us-ascii" },
	{ "EUC-JP", { { 1, "x" }, { 600, "\245\255" } }, 0, 997, "euc-jp" },
	{ "ISO-2022-JP", { { 1, "\033$B" }, { 600, "$3" }, { 1, "\033(B" } }, 0,
	    998, "iso-2022-jp" },
	{ "ISO-2022-JP, one off",
	    { { 1, "x\033$B" }, { 600, "$3" }, { 1, "\033(B" } }, 0, 997,
	    "iso-2022-jp" },
	{ "ISO-2022-JP with blanks",
	    { { 1, "\033$B" }, { 300, "$3" }, { 1, "\033(B \033$B" },
		{ 300, "$3" }, { 1, "\033(B" } },
	    0, 607, "iso-2022-jp" },
	{ "blanks and marks of ISO-2022-JP are none",
	    { { 1, "\033$B" }, { 600, "!>" }, { 1, "\033(B" } }, 0, 998,
	    "iso-2022-jp" },
	{ "ISO-2022-KR", { { 1, "\016" }, { 600, "0!" }, { 1, "\017" } }, 0,
	    996, NULL },
	{ "a header, at the limit", { { 1, "S: " }, { 995, "x" } }, 1, 998,
	    "utf-8" },
	{ "a header", { { 1, "S: " }, { 300, "word " }, { 1, "x" } }, 1, 997,
	    "utf-8" },
	{ "blanks at its end", { { 1, "S: x" }, { 1200, " " } }, 1, 4,
	    "utf-8" },
	{ "a word that fits below", { { 1, "S: " }, { 997, "x" } }, 1, 2,
	    "utf-8" },
	{ "one that does not", { { 1, "S: " }, { 998, "x" } }, 1, 998,
	    "utf-8" },
	{ "more blanks behind the name than a line has",
	    { { 1, "S:" }, { 2000, " " }, { 1, "word" } }, 1, 998, "utf-8" },
	{ "a list without blanks",
	    { { 1, "To: " }, { 150, "a@b.test," }, { 1, "x" } }, 1, 994,
	    "utf-8" },
	{ "a folded line", { { 1, " " }, { 1500, "x" } }, 1, 998, "utf-8" },
	{ "UTF-8 in a header", { { 1, "S: x" }, { 600, "\303\244" } }, 1, 998,
	    "utf-8" },
	{ "UTF-8 in a header, one off", { { 1, "S: " }, { 600, "\303\244" } },
	    1, 997, "utf-8" },
	{ "UTF-8 words in a header",
	    { { 1, "S:" }, { 200, " gr\303\266\303\237er" } }, 1, 992,
	    "utf-8" },
};

static void
spell(const struct piece *line, struct buf *b)
{
	int i, k;

	for (i = 0; i < 5 && line[i].n > 0; i++)
		for (k = 0; k < line[i].n; k++)
			buf_puts(b, line[i].text);
}

/* without line ends, blanks, and what leads in and out of ISO-2022 */
static void
squeeze(const struct buf *in, struct buf *b)
{
	const char *p = buf_data(in), *end = p + buf_len(in);

	for (; p < end; p++)
		if (*p == '\033')
			p += 2;
		else if (strchr("\n\t \016\017", *p) == NULL)
			buf_putc(b, *p);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b) &&
	    memcmp(buf_data(a), buf_data(b), buf_len(a)) == 0;
}

/* each line is short enough, none but the first of a header begins without a
 * blank, none is empty, and each is text by itself */
static int
good(const struct buf *got, int header, const char *charset)
{
	const char *p = buf_data(got), *end = p + buf_len(got), *e;
	struct buf b = { 0 };
	int r = 1;

	for (; p < end; p = e + 1) {
		e = memchr(p, '\n', end - p);
		if (e == NULL || e == p || e - p > LINEBREAK_MAX)
			return 0;
		if (header && p > buf_data(got) && *p != ' ' && *p != '\t')
			return 0;
		if (charset == NULL)
			continue;
		buf_clear(&b);
		charset_utf8(&b, charset, strlen(charset), p, e - p);
		if (memmem(buf_data(&b), buf_len(&b), "\357\277\275", 3))
			r = 0;
	}
	buf_free(&b);
	return r;
}

static void
look(size_t i, int pieces)
{
	struct buf in = { 0 }, out = { 0 }, a = { 0 }, b = { 0 };
	size_t n;

	spell(cases[i].line, &in);
	if (cases[i].header) {
		linebreak_header(&out, buf_data(&in), buf_len(&in));
	} else if (!pieces) {
		linebreak_body(&out, buf_data(&in), buf_len(&in));
	} else {
		/* as it comes, byte by byte */
		const char *p = buf_data(&in), *end = p + buf_len(&in);

		for (n = 0; p < end; p++, n++) {
			if (n == LINEBREAK_MAX + LINEBREAK_AHEAD)
				linebreak_tail(&out, &n);
			buf_putc(&out, *p);
		}
		while (n > LINEBREAK_MAX)
			linebreak_tail(&out, &n);
		buf_putc(&out, '\n');
	}
	is_num(strcspn(buf_data(&out), "\n"), cases[i].first, cases[i].name);
	ok(good(&out, cases[i].header, cases[i].charset), "its lines");
	squeeze(&in, &a);
	squeeze(&out, &b);
	ok(same(&a, &b), "nothing is lost");
	buf_free(&in);
	buf_free(&out);
	buf_free(&a);
	buf_free(&b);
}

/* a header that is broken at a blank between two characters of ISO-2022:
 * what opens them again stands behind the blank that makes it one field */
static void
shifted(void)
{
	char text[1500] = "X: y\016", *p;
	struct buf b = { 0 };
	size_t i, bad = 0;

	for (i = 5; i < sizeof text - 2; i += 2)
		memcpy(text + i, " a", 2);
	if (linebreak_header(&b, text, i) == -1)
		return;
	for (p = buf_data(&b), i = 0; i + 1 < buf_len(&b); i++)
		bad += p[i] == '\n' && p[i + 1] != ' ' && p[i + 1] != '\t';
	is_num(bad, 0, "a line that goes on begins with a blank");
	ok(memchr(p, '\n', buf_len(&b) - 1) != NULL, "it has been broken");
	buf_free(&b);
}

/* blanks and nothing else are broken once each, too */
static void
blanks(void)
{
	enum { BYTES = 16 << 20 };
	struct rlimit cpu = { 5, 10 };
	struct buf b = { 0 };
	char *p = malloc(BYTES);

	if (p == NULL)
		return;
	memset(p, ' ', BYTES);
	setrlimit(RLIMIT_CPU, &cpu);
	is_num(linebreak_body(&b, p, BYTES), 0, "a line of blanks");
	is_num(buf_len(&b), BYTES + (BYTES + 997) / 998, "in many lines");
	buf_free(&b);
	free(p);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		look(i, 0);
		look(i, 1);
	}
	shifted();
	blanks();
	return done();
}
