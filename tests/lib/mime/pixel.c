#include "mime/decode.h"
#include "mime/pixel.h"
#include "tap.h"
#include <stdlib.h>

#define URL "https://h.example/o/u1.A.B"
#define IMG "<img src=\"" URL "\" width=\"1\" height=\"1\" alt=\"\">"
#define HTML "Content-Type: text/html\n"
#define QP HTML "Content-Transfer-Encoding: quoted-printable\n\n"
#define B64 HTML "Content-Transfer-Encoding: base64\n\n"
/* the image in quoted-printable: 75 bytes, with a soft line break 76 */
#define CODE "<img src=3D\"" URL "\" width=3D\"1\" height=3D\"1\" alt=3D\"\">"
#define ALT "Content-Type: multipart/alternative; boundary=a\n\n"
#define MIXED "Content-Type: multipart/mixed; boundary=m\n\npre\n"
#define SIGNED "Content-Type: multipart/signed; boundary=s\n\n"
#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10

static const struct {
	const char *name, *in;
	const char *want; /* NULL: none */
} cases[] = {
	{ "before the end", HTML "\n<p>x</body></html>\n",
	    HTML "\n<p>x" IMG "</body></html>\n" },
	{ "upper case",
	    "CONTENT-TYPE: TEXT/HTML; charset=UTF-8\n\n"
	    "<P>X</BODY\n ></HTML>\n",
	    "CONTENT-TYPE: TEXT/HTML; charset=UTF-8\n\n"
	    "<P>X" IMG "</BODY\n ></HTML>\n" },
	{ "the last one", HTML "\n</body> x </Body>\n",
	    HTML "\n</body> x " IMG "</Body>\n" },
	{ "no end", HTML "\n<p>x\n", HTML "\n<p>x\n" IMG "\n" },
	{ "no end, no line end", HTML "\n<p>x", HTML "\n<p>x" IMG },
	{ "another tag", HTML "\n<</bodyx></ body></body",
	    HTML "\n<</bodyx></ body></body" IMG },
	{ "CRLF", "Content-Type: text/html\r\n\r\n<p>x\r\n",
	    "Content-Type: text/html\r\n\r\n<p>x\r\n" IMG "\r\n" },
	{ "8bit", HTML "Content-Transfer-Encoding: 8BIT\n\n\344</body>",
	    HTML "Content-Transfer-Encoding: 8BIT\n\n\344" IMG "</body>" },
	{ "quoted-printable", QP "x=3D1</body>\n",
	    QP "x=3D1=\n" CODE "=\n</body>\n" },
	{ "quoted-printable, at the beginning of a line", QP "x\n</body>\n",
	    QP "x\n" CODE "=\n</body>\n" },
	{ "quoted-printable, a tag in pieces", QP "x=3C/b=\nod=79></html>\n",
	    QP "x=\n" CODE "=\n=3C/b=\nod=79></html>\n" },
	{ "quoted-printable, no end", QP "x\n", QP "x\n" CODE "\n" },
	{ "quoted-printable, no line end", QP "x", QP "x=\n" CODE },
	{ "quoted-printable, ends in a soft break", QP "x=", QP "x=\n" CODE },
	{ "quoted-printable, ends in a blank", QP "x ", QP "x \n" CODE },
	{ "quoted-printable, a full line", QP X70 "xxxxxx",
	    QP X70 "xxxxxx\n" CODE },
	{ "base64", B64 "PHA+eDwvYm9keT4K\n",
	    B64
	    "PHA+eDxpbWcgc3JjPSJodHRwczovL2guZXhhbXBsZS9vL3UxLkEuQiIgd2lkdGg9IjEiIGhlaWdo\n"
	    "dD0iMSIgYWx0PSIiPjwvYm9keT4K\n" },
	{ "base64, no end", B64 "PHA+\n",
	    B64
	    "PHA+PGltZyBzcmM9Imh0dHBzOi8vaC5leGFtcGxlL28vdTEuQS5CIiB3aWR0aD0iMSIgaGVpZ2h0\n"
	    "PSIxIiBhbHQ9IiI+\n" },
	{ "base64, broken", B64 "PHA+!!\n", NULL },
	{ "base64, something behind it", B64 "PHA=\nPHA=\n", NULL },
	{ "base64, nothing", B64 "\n\n", NULL },
	{ "another encoding", HTML "Content-Transfer-Encoding: x-uu\n\nx",
	    NULL },
	{ "text/plain", "Subject: x\n\n</body>\n", NULL },
	{ "nothing in it", HTML "\n", NULL },
	{ "header alone", HTML, NULL },
	{ "nothing at all", "", NULL },
	{ "utf-16", "Content-Type: text/html; charset=UTF-16\n\nx", NULL },
	{ "utf-7", "Content-Type: text/html; charset=utf-7\n\nx", NULL },
	{ "unknown", "Content-Type: text/html; charset=x-foo\n\nx", NULL },
	{ "attachment", HTML "Content-Disposition: ATTACHMENT; filename=x\n\nx",
	    NULL },
	{ "odd disposition", HTML "Content-Disposition: foo\n\nx", NULL },
	{ "inline", HTML "Content-Disposition: inline\n\nx\n",
	    HTML "Content-Disposition: inline\n\nx\n" IMG "\n" },
	{ "alternative", ALT "--a\n\n</body>\n--a\n" HTML "\nx\n--a--\n",
	    ALT "--a\n\n</body>\n--a\n" HTML "\nx" IMG "\n--a--\n" },
	{ "nothing in a part", ALT "--a\n" HTML "\n--a--\n", NULL },
	{ "alternative in mixed",
	    MIXED "--m\n" ALT "--a\n" QP "x\n--a--\n--m\n" HTML
		  "Content-Disposition: attachment\n\nx\n--m\n" HTML
		  "\ny\n\n--m--\n"
		  "post </body>\n",
	    MIXED "--m\n" ALT "--a\n" QP "x=\n" CODE "\n--a--\n--m\n" HTML
		  "Content-Disposition: attachment\n\nx\n--m\n" HTML "\ny\n" IMG
		  "\n\n--m--\npost </body>\n" },
	{ "signed", SIGNED "--s\n" ALT "--a\n" HTML "\nx\n--a--\n--s--\n",
	    NULL },
	{ "signed, and one behind it",
	    MIXED "--m\n" SIGNED "--s\n" HTML "\nx\n--s--\n--m\n" HTML
		  "\ny\n--m--\n",
	    MIXED "--m\n" SIGNED "--s\n" HTML "\nx\n--s--\n--m\n" HTML "\ny" IMG
		  "\n--m--\n" },
	{ "encrypted",
	    "Content-Type: Multipart/Encrypted; boundary=s\n\n"
	    "--s\n" HTML "\nx\n--s--\n",
	    NULL },
	{ "a message within", "Content-Type: message/rfc822\n\n" HTML "\nx\n",
	    NULL },
	{ "a message in a digest",
	    "Content-Type: multipart/digest; boundary=s\n\n--s\n\n" HTML
	    "\nx\n--s--\n",
	    NULL },
	{ "a multipart that is attached",
	    MIXED "--m\n"
		  "Content-Disposition: attachment\n" ALT "--a\n" HTML
		  "\nx\n--a--\n--m--\n",
	    NULL },
};

static void
test(const char *name, const char *in, const char *url, const char *want)
{
	struct buf out = { 0 };
	int r = pixel_put(&out, in, strlen(in), url);

	ok(want == NULL ? r == 0 && buf_len(&out) == 0
			: r > 0 && buf_len(&out) == strlen(want) &&
		    memcmp(buf_data(&out), want, strlen(want)) == 0,
	    name);
	buf_free(&out);
}

/* a line of text of 998 bytes with the image, and one of 999 */
static void
long_lines(void)
{
	char in[2048], want[2048], x[1000];
	size_t n = 998 - strlen(IMG "</body>");

	memset(x, 'x', sizeof x);
	sprintf(in, HTML "\n%.*s</body>\n", (int)n, x);
	sprintf(want, HTML "\n%.*s" IMG "</body>\n", (int)n, x);
	test("a line of 998 bytes", in, URL, want);
	sprintf(in, HTML "\n%.*s</body>\n", (int)n + 1, x);
	sprintf(want, HTML "\n%.*s\n" IMG "\n</body>\n", (int)n + 1, x);
	test("a longer one is cut", in, URL, want);
	n = 998 - strlen(IMG);
	sprintf(in, HTML "\n%.*s", (int)n, x);
	sprintf(want, HTML "\n%.*s" IMG, (int)n, x);
	test("at the end: 998 bytes", in, URL, want);
	sprintf(in, HTML "\n%.*s", (int)n + 1, x);
	sprintf(want, HTML "\n%.*s\n" IMG, (int)n + 1, x);
	test("at the end: longer", in, URL, want);
}

/* every length of URL: no line too long, and the same when decoded */
static void
quoted_lines(void)
{
	char url[300] = "https://h.example/", text[1024], want[1024];
	struct buf out = { 0 };
	size_t n, i, col, bad = 0;
	const char *p;

	for (n = strlen(url); n < 280; n++) {
		url[n] = "=.-F"[n % 4];
		buf_clear(&out);
		pixel_put(&out, QP "x</body>", strlen(QP "x</body>"), url);
		p = buf_data(&out) + strlen(QP);
		for (i = col = 0; p + i < buf_data(&out) + buf_len(&out); i++) {
			col = p[i] == '\n' ? 0 : col + 1;
			bad += col > 76 || (col == 1 && strchr(".-F", p[i]));
		}
		i = decode_all(MIME_QUOTED_PRINTABLE, p, i, text, NULL);
		text[i] = '\0';
		sprintf(want,
		    "x<img src=\"%s\" width=\"1\" height=\"1\" "
		    "alt=\"\"></body>",
		    url);
		bad += strcmp(text, want) != 0;
	}
	is_num(bad, 0, "quoted-printable with long URLs");
	buf_free(&out);
}

static void
limits(void)
{
	char *big = malloc(PIXEL_MESSAGE_MAX + 1), url[1000];
	struct buf out = { 0 };
	size_t n = PIXEL_TAG_MAX - strlen(IMG) + strlen(URL);

	memset(big, '\n', PIXEL_MESSAGE_MAX + 1);
	memcpy(big, HTML, strlen(HTML));
	is_num(pixel_put(&out, big, PIXEL_MESSAGE_MAX, URL), 1, "4 MiB");
	is_num(buf_len(&out), PIXEL_MESSAGE_MAX + strlen(IMG "\n"),
	    "all of it");
	buf_clear(&out);
	is_num(pixel_put(&out, big, PIXEL_MESSAGE_MAX + 1, URL), 0, "more");
	is_num(buf_len(&out), 0, "nothing came");
	memset(url, 'x', sizeof url);
	url[n] = '\0';
	is_num(pixel_put(&out, HTML "\nx", strlen(HTML "\nx"), url), 1,
	    "a tag of 990 bytes");
	buf_clear(&out);
	url[n] = 'x';
	url[n + 1] = '\0';
	is_num(pixel_put(&out, HTML "\nx", strlen(HTML "\nx"), url), 0,
	    "a longer one");
	buf_free(&out);
	free(big);
}

int
main(void)
{
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		test(cases[i].name, cases[i].in, URL, cases[i].want);
	test("an ampersand", HTML "\nx", "https://h/?a&b",
	    HTML "\nx<img src=\"https://h/?a&amp;b\" width=\"1\" "
		 "height=\"1\" alt=\"\">");
	long_lines();
	quoted_lines();
	limits();
	buf_puts(&out, "kept");
	pixel_put(&out, "x", 1, URL);
	is_num(buf_len(&out), 4, "what was there stays");
	buf_free(&out);
	return done();
}
