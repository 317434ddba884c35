/* mimeout: byte by byte; what is made is read again by mimewalk and decode */
#include "compose/mimeout.h"
#include "mime/decode.h"
#include "tap.h"
#include <stdlib.h>

#define UE "\303\274"
#define V "MIME-Version: 1.0\n"
#define PLAIN "Content-Type: text/plain; charset=utf-8\n"
#define HTML "Content-Type: text/html; charset=utf-8\n"
#define AMP "Content-Type: text/x-amp-html; charset=utf-8\n"
#define SEVEN "Content-Transfer-Encoding: 7bit\n\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n\n"
/* of seed 1 */
#define B "=_1cc52098ced2a019"
#define MULTI(type, level) \
	"Content-Type: multipart/" type ";\n boundary=\"" B "." level "\"\n"
#define NEXT(level) "\n--" B "." level "\n"
#define END(level) "\n--" B "." level "--\n"
#define PNG \
	"Content-Type: image/png\nContent-Transfer-Encoding: base64\n" \
	"Content-Disposition: inline\nContent-ID: <logo>\n\niVBO\n"
#define PDF \
	"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n" \
	"Content-Disposition: attachment;\n filename=a.pdf\n\nJVBE\n"

enum { INLINE = 1, FILES = 2 };

static const struct {
	const char *name, *text, *amp, *html;
	int files;
	const char *want;
} cases[] = {
	{ "nothing", NULL, NULL, NULL, 0, V PLAIN SEVEN },
	{ "empty text", "", NULL, NULL, 0, V PLAIN SEVEN },
	{ "text", "hi\n", NULL, NULL, 0, V PLAIN SEVEN "hi\n" },
	{ "UTF-8", "f" UE "r alle\n", NULL, NULL, 0,
	    V PLAIN QP "f=C3=BCr alle\n" },
	{ "html", NULL, NULL, "<p>\n", 0, V HTML SEVEN "<p>\n" },
	{ "amp", NULL, "<a>\n", NULL, 0, V AMP SEVEN "<a>\n" },
	{ "alternatives", "hi\n", "<a>\n", "<p>\n", 0,
	    V MULTI("alternative", "a") NEXT("a") PLAIN SEVEN "hi\n" NEXT("a")
		AMP SEVEN "<a>\n" NEXT("a") HTML SEVEN "<p>\n" END("a") },
	{ "inline", NULL, NULL, "<p>\n", INLINE,
	    V MULTI("related", "r") NEXT("r") HTML SEVEN "<p>\n" NEXT("r")
		PNG END("r") },
	{ "all", "hi\n", NULL, "<p>\n", INLINE | FILES,
	    V MULTI("mixed", "m") NEXT("m") MULTI("alternative", "a") NEXT("a")
		PLAIN SEVEN "hi\n" NEXT("a") MULTI("related", "r") NEXT("r")
		    HTML SEVEN "<p>\n" NEXT("r") PNG END("r") END("a") NEXT("m")
			PDF END("m") },
	{ "a file", NULL, NULL, NULL, FILES,
	    V MULTI("mixed", "m") NEXT("m") PDF END("m") },
	{ "its boundary occurs", B "\n", NULL, NULL, FILES, NULL },
};

static struct slice
slice(const char *s)
{
	return (struct slice){ s, s == NULL ? 0 : strlen(s) };
}

static const struct mimeout_file png = { { "image/png", 9 }, { "", 0 },
	{ "logo", 4 }, { "iVBO", 4 }, MIMEOUT_BASE64 },
				 pdf = { { "application/pdf", 15 },
					 { "a.pdf", 5 }, { "", 0 },
					 { "%PD", 3 }, MIMEOUT_BYTES };

static void
check(size_t i)
{
	struct mimeout m = { .text = slice(cases[i].text),
		.amp = slice(cases[i].amp),
		.html = slice(cases[i].html),
		.inlines = &png,
		.n_inlines = cases[i].files & INLINE ? 1 : 0,
		.files = &pdf,
		.n_files = cases[i].files & FILES ? 1 : 0,
		.seed = 1 };
	struct buf b = { 0 };
	char *first;

	is_num(mimeout_put(&b, &m), 0, cases[i].name);
	buf_putc(&b, '\0');
	if (cases[i].want != NULL) {
		is_str(buf_data(&b), cases[i].want, "all of it");
	} else {
		first = strstr(buf_data(&b), B);
		ok(first != NULL && strstr(first + 1, B) == NULL,
		    "only in the text");
	}
	buf_free(&b);
}

/* the parts, decoded */
static void
check_back(void)
{
	char text[3000], bytes[256], back[8000];
	struct mimeout_file file[2] = { { slice("text/csv"), slice(UE " .csv"),
					    slice(""), { text, sizeof text },
					    MIMEOUT_TEXT },
		{ slice("application/x"), slice("x"), slice(""),
		    { bytes, sizeof bytes }, MIMEOUT_BYTES } };
	struct mimeout m = { .text = { text, sizeof text },
		.html = { text, 97 },
		.files = file,
		.n_files = 2,
		.seed = 99 };
	static struct mimewalk w;
	struct mimepart p;
	struct buf b = { 0 };
	size_t i, n, leaves = 0, bad = 0;

	for (i = 0; i < sizeof text; i++)
		text[i] = i % 97 == 96 || i == sizeof text - 1
		    ? '\n'
		    : (char)(i % 5 == 0 ? 0xe0 + i % 7 : 'a' + i % 26);
	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)i;
	mimeout_put(&b, &m);
	for (i = 0; i < buf_len(&b); i++)
		bad += (buf_data(&b)[i] & 0x80) || buf_data(&b)[i] == '\r';
	is_num(bad, 0, "7 bit, and LF");
	mimewalk_open(&w, buf_data(&b), buf_len(&b));
	while (mimewalk_next(&w, &p)) {
		if (p.kind != MIME_LEAF)
			continue;
		n = decode_all(p.encoding, p.body, p.body_len, back, NULL);
		if (leaves == 1)
			ok(n == 97 && memcmp(back, text, n) == 0, "html");
		else if (leaves == 3)
			ok(n == sizeof bytes && memcmp(back, bytes, n) == 0,
			    "bytes");
		else
			ok(n >= sizeof text, "text, perhaps with CRLF");
		leaves++;
	}
	is_num(leaves, 4, "parts");
	buf_free(&b);
}

static void
check_lines(void)
{
	static const struct {
		const char *in, *want;
	} lines[] = { { "", "" }, { "a", "a\n" }, { "a\n", "a\n" },
		{ "a\r\nb\r\n", "a\nb\n" }, { "a\rb", "a\nb\n" },
		{ "\r", "\n" }, { "\r\r\n\n", "\n\n\n" }, { "a\r", "a\n" },
		{ "\r\n", "\n" } };
	struct buf room = { 0 };
	struct slice s;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		s = slice(lines[i].in);
		mimeout_lines(&s, &room);
		ok(s.n == strlen(lines[i].want) &&
			memcmp(s.p, lines[i].want, s.n) == 0,
		    lines[i].in);
	}
	buf_free(&room);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		check(i);
	check_back();
	check_lines();
	return done();
}
