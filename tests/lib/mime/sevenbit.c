#include "base/buf.h"
#include "mime/decode.h"
#include "mime/sevenbit.h"
#include "tap.h"
#include <stdlib.h>

#define MIME "MIME-Version: 1.0\n"
#define TEXT "Content-Type: text/plain; charset="
#define CTE "Content-Transfer-Encoding: "
#define QP CTE "quoted-printable\n"
#define MIXED "Content-Type: multipart/mixed; boundary=m\n"
#define SIGNED "Content-Type: multipart/signed; boundary=s\n"
#define RFC822 "Content-Type: message/rfc822\n"
#define UE "\303\274"
#define MAIL "\320\322\311\327\305\324"
#define FF12 "\377\377\377\377\377\377\377\377\377\377\377\377"
#define FF48 FF12 FF12 FF12 FF12
#define C64 "////////////////////////////////////////////////////////////////"
#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10
#define X998 \
	X70 X70 X70 X70 X70 X70 X70 X70 X70 X70 X70 X70 X70 X70 X10 "xxxxxxxx"

enum { CLEAN = 1, CHANGES = 2 };

static const struct {
	const char *name, *in;
	const char *want; /* NULL: as it is */
	int how;
} cases[] = {
	{ "ASCII", "A: b\n\nhi\n", NULL, CLEAN },
	{ "nothing at all", "", NULL, CLEAN },
	{ "header alone", "A: b\n", NULL, CLEAN },
	{ "no MIME, UTF-8", "A: b\n\nf" UE "r\n",
	    "A: b\n" MIME TEXT "utf-8\n" QP "\nf=C3=BCr\n", CLEAN },
	{ "no MIME, something else", "A: b\n\nf\374r\n",
	    "A: b\n" MIME TEXT "unknown-8bit\n" QP "\nf=FCr\n", CLEAN },
	{ "no field at all", "\nf" UE "r\n",
	    MIME TEXT "utf-8\n" QP "\nf=C3=BCr\n", CLEAN },
	{ "a type is there", MIME "Content-Type: text/html\nA: b\n\n\374\n",
	    MIME "Content-Type: text/html\nA: b\n" QP "\n=FC\n", CLEAN },
	{ "a broken type is there", MIME "Content-Type: ?\n\nxx\374\n",
	    MIME "Content-Type: ?\n" QP "\nxx=FC\n", CLEAN },
	{ "8bit",
	    MIME "content-transfer-encoding:\n 8BIT\n" TEXT "x\n\nxx\374\n",
	    MIME QP TEXT "x\n\nxx=FC\n", CLEAN },
	{ "two encodings",
	    MIME CTE "8bit\n" TEXT "x\n" CTE "base64\n\nxx\374\n",
	    MIME QP TEXT "x\n\nxx=FC\n", CLEAN },
	{ "8bit that is none", CTE "8bit\nA: b\n\nhi\n",
	    CTE "7bit\nA: b\n\nhi\n", CLEAN },
	{ "binary that is none", CTE "binary\n\nhi\n", CTE "7bit\n\nhi\n",
	    CLEAN },
	{ "7bit that is none", MIME TEXT "x\n" CTE "7bit\n\nxx\374\n",
	    MIME TEXT "x\n" QP "\nxx=FC\n", CLEAN },
	{ "a line that is full", TEXT "x\n\n" X998 "\n", NULL, CLEAN },
	{ "one that is too long", MIME TEXT "x\n\n=" X998 "\n",
	    MIME TEXT "x\n" QP "\n=3D" X70 "xx=\n"
#define X75 X70 "xxxxx=\n"
	    X75 X75 X75 X75 X75 X75 X75 X75 X75 X75 X75 X75 X10 X10 "xxxxxx\n",
	    CLEAN },
	{ "CR is no line end", "A: b\n\nx\ry\r\n\n",
	    "A: b\n" MIME TEXT "us-ascii\n" QP "\nx=0Dy=0D\n\n", CLEAN },
	{ "no line end at the end", MIME TEXT "x\n\nxx\374",
	    MIME TEXT "x\n" QP "\nxx=FC", CLEAN },
	{ "blanks before a line's end, and not",
	    MIME TEXT "x\n\n\374 \t\n \n a=\t",
	    MIME TEXT "x\n" QP "\n=FC =09\n=20\n a=3D=09", CLEAN },
	{ "what should not begin a line",
	    MIME TEXT "x\n\n.\nFrom \nFrom\n--\n-\n..a \374\n From .\n",
	    MIME TEXT "x\n" QP "\n=2E\n=46rom=20\nFrom\n=2D-\n-\n=2E.a =FC\n"
		      " From .\n",
	    CLEAN },
	{ "the same behind a soft line break",
	    MIME TEXT "x\n\n" X70 "xxxxx.--\374\n" X70 "xxxxxFrom x\n" X70
		      "xxxxx--x\n",
	    MIME TEXT "x\n" QP "\n" X75 "=2E--=FC\n" X75 "=46rom x\n" X75
		      "=2D-x\n",
	    CLEAN },
	{ "other text, short", MIME TEXT "koi8-r\n\n" MAIL "\n.\n",
	    MIME TEXT "koi8-r\n" QP "\n=D0=D2=C9=D7=C5=D4\n=2E\n", CLEAN },
	{ "other text",
	    MIME TEXT "koi8-r\n\n" MAIL MAIL MAIL MAIL MAIL MAIL MAIL MAIL
		      "\n.\n",
	    MIME TEXT
	    "koi8-r\n" CTE "base64\n\n"
	    "0NLJ18XU0NLJ18XU0NLJ18XU0NLJ18XU0NLJ18XU0NLJ18XU0NLJ18XU0NLJ18XUDQouDQo=\n",
	    CLEAN },
	{ "bytes, two lines",
	    MIME
	    "Content-Type: a/b\n\n"
	    "\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200"
	    "\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200"
	    "\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200\200"
	    "\200\200\200\200\200\200\200\200\200\200\200\200",
	    MIME
	    "Content-Type: a/b\n" CTE "base64\n\n"
	    "gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA\n"
	    "gICA\n",
	    CLEAN },
	{ "parts",
	    MIME MIXED CTE "8bit\n\nfirst\n--m\n" TEXT "x\n" CTE
			   "8bit\n\nhi\n--m\n" TEXT "x\n" CTE
			   "8bit\n\nxx\374\n--m\n\nhi"
			   "\n--m \n\nf" UE "r\n\n--m--\nlast\n",
	    MIME MIXED CTE "7bit\n\nfirst\n--m\n" TEXT "x\n" CTE
			   "7bit\n\nhi\n--m\n" TEXT "x\n" QP
			   "\nxx=FC\n--m\n\nhi\n--m \n" TEXT "utf-8\n" QP
			   "\nf=C3=BCr\n\n--m--\nlast\n",
	    CLEAN },
	{ "base64 before a delimiter, and none at the end",
	    MIME MIXED "\n--m\n" TEXT "x\n\n" FF48 "\n--m\n" TEXT "x\n\n" FF48,
	    MIME MIXED "\n--m\n" TEXT "x\n" CTE "base64\n\n" C64 "\n--m\n" TEXT
		       "x\n" CTE "base64\n\n" C64 "\n",
	    CLEAN },
	{ "a message within", MIME RFC822 CTE "8bit\n\nB: c\n\nf" UE "r\n",
	    MIME RFC822 CTE "7bit\n\nB: c\n" MIME TEXT "utf-8\n" QP
			    "\nf=C3=BCr\n",
	    CLEAN },
	{ "one that is signed", MIME RFC822 "\nDKIM-Signature: x\n\nf" UE "r\n",
	    MIME RFC822 "\nDKIM-Signature: x\n" MIME TEXT "utf-8\n" QP
			"\nf=C3=BCr\n",
	    CLEAN },
	{ "in a digest",
	    "Content-Type: multipart/digest; boundary=m\n\n--m\n\nB: c\n\n"
	    "hi f" UE "r\n--m--\n",
	    "Content-Type: multipart/digest; boundary=m\n\n--m\n\nB: c\n" MIME
		TEXT "utf-8\n" QP "\nhi f=C3=BCr\n--m--\n",
	    CLEAN },
	{ "signed parts", MIME SIGNED CTE "8bit\n\n--s\n\nf" UE "r\n--s--\n",
	    NULL, 0 },
	{ "encrypted ones",
	    "Content-Type: MULTIPART/ENCRYPTED; boundary=s\n\n"
	    "--s\n\nf" UE "r\n--s--\n",
	    NULL, 0 },
	{ "signed parts beside others",
	    MIME MIXED CTE "8bit\n\n--m\n" SIGNED CTE "8bit\n\n--s\n" CTE
			   "8bit\n\n\374\n--s--\n--m\n" TEXT
			   "x\n\nxx\374\n--m--\n",
	    MIME MIXED CTE "8bit\n\n--m\n" SIGNED CTE "8bit\n\n--s\n" CTE
			   "8bit\n\n\374\n--s--\n--m\n" TEXT "x\n" QP
			   "\nxx=FC\n--m--\n",
	    CHANGES },
	{ "a DKIM signature", "dkim-signature: x\nA: b\n\n\374\n", NULL, 0 },
	{ "an ARC signature", "ARC-Message-Signature: x\nA: b\n\n\374\n", NULL,
	    0 },
	{ "message/global", "Content-Type: message/global\n\nA: b\n\n\374\n",
	    NULL, 0 },
	{ "message/partial", "Content-Type: message/partial\n\n\374\n", NULL,
	    0 },
	{ "multipart without boundary",
	    "Content-Type: multipart/mixed\n\n"
	    "--\n\n\374\n",
	    NULL, 0 },
	{ "quoted-printable that is none", QP "\n\374\n", NULL, 0 },
	{ "another encoding", CTE "x-uu\n\n\374\n", NULL, 0 },
	{ "a field", "A: \374\n\nhi\n", NULL, 0 },
	{ "a field, and the body", "A: \374\n" MIME TEXT "x\n\nxx\374\n",
	    "A: \374\n" MIME TEXT "x\n" QP "\nxx=FC\n", CHANGES },
	{ "before the first part", MIXED "\n\374\n--m\n\nhi\n--m--\n", NULL,
	    0 },
	{ "no empty line", "A: b\nf" UE "r\nC: d\n\n\374", NULL, 0 },
	{ "none in a part", MIXED "\n--m\nf" UE "r\n--m--\n", NULL, 0 },
};

static int
keep(void *arg, const char *p, size_t n)
{
	return buf_put(arg, p, n);
}

static struct sevenbit s;

static void
convert(struct buf *out, const char *in, size_t n)
{
	sevenbit_look(&s, in, n);
	buf_clear(out);
	if (sevenbit_put(&s, in, n, keep, out) == -1)
		abort();
}

static void
table(void)
{
	struct buf out = { 0 };
	const char *want;
	size_t i;
	int how;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		want = cases[i].want;
		how = cases[i].how | (want != NULL ? CHANGES : 0);
		/* when nothing changes, it is not asked for */
		convert(&out, cases[i].in, strlen(cases[i].in));
		ok(s.clean == !!(how & CLEAN) && s.changes == !!(how & CHANGES),
		    cases[i].name);
		if (want == NULL)
			continue;
		if (!ok(buf_len(&out) == strlen(want) &&
			    memcmp(buf_data(&out), want, strlen(want)) == 0,
			cases[i].name))
			printf("# %.*s\n", (int)buf_len(&out), buf_data(&out));
		/* twice is once */
		sevenbit_look(&s, buf_data(&out), buf_len(&out));
		ok(!s.changes, "and no more");
	}
	buf_free(&out);
}

/* text of all sorts in every length: what it says when it is decoded, and
 * how long its lines are */
static void
every_length(void)
{
	static const char bytes[] = "\374 .-From \t=\nx";
	char in[400] = MIME TEXT "x\n\n", back[2000];
	size_t head = strlen(in), n, k, line, i, bad = 0;
	struct buf out = { 0 };
	const char *p;
	unsigned seed = 1;

	for (n = head; n < sizeof in; n++) {
		for (i = head; i < n; i++) {
			seed = seed * 1103515245 + 12345;
			in[i] = seed >> 28 ? bytes[(seed >> 16) % 13] : 'x';
		}
		in[head] = '\374';
		convert(&out, in, n + (n == head));
		p = memmem(buf_data(&out), buf_len(&out), "\n\n", 2);
		k = buf_data(&out) + buf_len(&out) - p - 2;
		p += 2;
		for (line = i = 0; i < k; i++) {
			line = p[i] == '\n' ? 0 : line + 1;
			bad += line > SEVENBIT_CODE_MAX || (p[i] & 0x80);
		}
		if (memmem(buf_data(&out), p - buf_data(&out), "base64", 6))
			continue;
		k = decode_all(MIME_QUOTED_PRINTABLE, p, k, back, NULL);
		bad += k != n + (n == head) - head ||
		    memcmp(back, in + head, k) != 0;
	}
	ok(bad == 0, "every length");
	buf_free(&out);
}

/* as deep as can be, and deeper: that one is left alone */
static void
depths(void)
{
	struct buf in = { 0 }, out = { 0 };
	unsigned deep, i;

	for (deep = MIMEWALK_DEPTH_MAX; deep <= MIMEWALK_DEPTH_MAX + 1;
	     deep++) {
		buf_clear(&in);
		for (i = 0; i < deep; i++)
			buf_puts(&in, RFC822 CTE "8bit\n\n");
		buf_puts(&in, MIME TEXT "x\n\nxx\374\n");
		convert(&out, buf_data(&in), buf_len(&in));
		if (deep == MIMEWALK_DEPTH_MAX)
			ok(s.changes && s.clean &&
				!memmem(buf_data(&out), buf_len(&out), "8bit",
				    4),
			    "deep");
		else
			ok(!s.changes && !s.clean, "too deep");
	}
	buf_free(&in);
	buf_free(&out);
}

static void
many_parts(void)
{
	struct buf in = { 0 }, out = { 0 };
	unsigned parts, i;

	for (parts = MIMEWALK_PARTS_MAX - 1; parts <= MIMEWALK_PARTS_MAX;
	     parts++) {
		buf_clear(&in);
		buf_puts(&in, MIXED);
		for (i = 0; i < parts; i++)
			buf_puts(&in, "\n--m\n\nxx\374");
		buf_puts(&in, "\n--m--\n");
		convert(&out, buf_data(&in), buf_len(&in));
		ok(s.changes == (parts < MIMEWALK_PARTS_MAX) &&
			s.clean == s.changes,
		    "parts");
	}
	buf_free(&in);
	buf_free(&out);
}

static int
refuse(void *arg, const char *p, size_t n)
{
	(void)p;
	(void)n;
	return --*(int *)arg < 0 ? -1 : 0;
}

static void
no_room(void)
{
	static char in[100000] = MIME TEXT "x\n\n";
	size_t n = strlen(in);
	int left, now;

	memset(in + n, '\374', sizeof in - n);
	sevenbit_look(&s, in, sizeof in);
	for (left = 0; left < 100; left++) {
		now = left;
		if (sevenbit_put(&s, in, sizeof in, refuse, &now) == 0)
			break;
	}
	ok(left > 10 && left < 100, "an end when it cannot be kept");
}

int
main(void)
{
	table();
	every_length();
	depths();
	many_parts();
	no_room();
	return done();
}
