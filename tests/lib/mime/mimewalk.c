#include "mime/mimewalk.h"
#include "tap.h"
#include <stdlib.h>

/* a line for each part: path, kind, type, the body with ~ for CR, | for LF */
static void
show(const char *in, size_t n, char *out)
{
	static const char kinds[] = "lmM";
	char path[MIMEWALK_PATH_LEN + 1];
	static struct mimewalk w;
	static struct mimepart m;
	size_t i;

	*out = '\0';
	mimewalk_open(&w, in, n);
	while (mimewalk_next(&w, &m)) {
		mimepart_path(&m, path);
		out += sprintf(out, "%s %c%d %.*s/%.*s ", path, kinds[m.kind],
		    m.closed, (int)m.type.type_len, m.type.type,
		    (int)m.type.subtype_len, m.type.subtype);
		if (m.header < in || m.header + m.header_len != m.body ||
		    m.body + m.body_len > in + n)
			out += sprintf(out, "OUTSIDE ");
		for (i = 0; i < m.body_len && m.kind == MIME_LEAF; i++)
			*out++ = m.body[i] == '\n' ? '|'
			    : m.body[i] == '\r'    ? '~'
						   : m.body[i];
		*out++ = '\n';
		*out = '\0';
	}
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define ROOT "0 m0 multipart/mixed \n"

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "0 l0 text/plain \n" },
	{ "Subject: x", "0 l0 text/plain \n" },
	{ "Subject: x\n\nhello\n", "0 l0 text/plain hello|\n" },
	{ "\nhello", "0 l0 text/plain hello\n" },
	{ "no header\n", "0 l0 text/plain no header|\n" },
	{ "Subject: x\r\n\r\nhello\r\n", "0 l0 text/plain hello~|\n" },
	{ "From a@b Mon Jan 1\nSubject: x\n\nhello\n",
	    "0 l0 text/plain hello|\n" },
	{ "content-type : TEXT/html\n\n<p>", "0 l0 TEXT/html <p>\n" },
	{ "Content-Type: text\n\nx", "0 l0 text/plain x\n" },
	{ "Content-Type: \n\nx", "0 l0 text/plain x\n" },
	{ "Content-Type: a/b\nContent-Type: c/d\n\nx", "0 l0 a/b x\n" },
	/* RFC 2046 section 5.1.1: preamble, epilogue, line ends */
	{ MIXED "preamble\n--b\n\none\n--b\nContent-Type: a/b\n\ntwo\n\n"
		"--b--\nepilogue\n--b\n\nnot a part\n",
	    ROOT "1 l1 text/plain one\n2 l1 a/b two|\n" },
	{ "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
	  "one\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\n",
	    ROOT "1 l1 text/plain one\n2 l1 text/plain two~|\n" },
	{ MIXED "--b \t\n\none\n--b--  \n", ROOT "1 l1 text/plain one\n" },
	{ MIXED "--b \t\r\n\r\none\r\n--b-- \r\n",
	    ROOT "1 l1 text/plain one\n" },
	{ MIXED "--b\n--b\n\n--b\n\n\n--b--",
	    ROOT "1 l1 text/plain \n2 l1 text/plain \n3 l1 text/plain \n" },
	{ MIXED "--b\nContent-Type: a/b\n--b--", ROOT "1 l1 a/b \n" },
	{ MIXED "--b\nContent-Type: a/b\n\n--b--", ROOT "1 l1 a/b \n" },
	{ MIXED "--b\nContent-Type: a/b\n\n\n--b--", ROOT "1 l1 a/b \n" },
	{ MIXED "--b\nno field\n--b--", ROOT "1 l1 text/plain no field\n" },
	/* no end, no beginning */
	{ MIXED "--b\n\none\n", ROOT "1 l0 text/plain one|\n" },
	{ MIXED "--b\n\none\n--b\n",
	    ROOT "1 l1 text/plain one\n"
		 "2 l0 text/plain \n" },
	{ MIXED "--b", ROOT "1 l0 text/plain \n" },
	{ MIXED "nothing\n", ROOT },
	{ MIXED "--b--\n\none\n--b\n", ROOT },
	{ MIXED, ROOT },
	{ "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n",
	    "0 l0 multipart/mixed --b||one|--b--|\n" },
	{ "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\none\n",
	    "0 l0 multipart/mixed --||one|\n" },
	/* what is no delimiter */
	{ MIXED "--b\n\n --b\n--bb\n--B\nx--b\n--b x\n--b-\n-b\n--b---\n"
		"--b--x\n--b--",
	    ROOT "1 l1 text/plain  --b|--bb|--B|x--b|--b x|--b-|-b|--b---|"
		 "--b--x\n" },
	{ "Content-Type: multipart/mixed; boundary=\"b c \"\n\n--b c\n\none\n"
	  "--b c --\n--b c--",
	    ROOT "1 l1 text/plain one|--b c --\n" },
	{ "Content-Type: multipart/mixed; boundary*0=b; boundary*1*=%3d\n\n"
	  "--b=\n\none\n--b=--",
	    ROOT "1 l1 text/plain one\n" },
	/* one in the other */
	{ MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
		"--c\n\none\n--c\n\ntwo\n--c--\n\n--b\n\nthree\n--b--\n",
	    ROOT "1 m1 multipart/alternative \n1.1 l1 text/plain one\n"
		 "1.2 l1 text/plain two\n2 l1 text/plain three\n" },
	/* 5.1.2: the outer one ends the inner one */
	{ MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
		"--c\n\none\n--b\n\nthree\n--b--\n",
	    ROOT "1 m1 multipart/alternative \n1.1 l0 text/plain one\n"
		 "2 l1 text/plain three\n" },
	/* boundaries of which one begins with the other */
	{ MIXED "--b\nContent-Type: multipart/related; boundary=bc\n\n"
		"--bc\n\none\n--bc--\n--b--\n",
	    ROOT "1 m1 multipart/related \n1.1 l1 text/plain one\n" },
	{ "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n"
	  "Content-Type: multipart/related; boundary=b\n\n--b\n\none\n"
	  "--b--\n--bc--\n",
	    ROOT "1 m1 multipart/related \n1.1 l1 text/plain one\n" },
	/* the same boundary twice: the outer one has it */
	{ MIXED "--b\nContent-Type: multipart/related; boundary=b\n\n"
		"--b\n\none\n--b--\n",
	    ROOT "1 m1 multipart/related \n2 l1 text/plain one\n" },
	/* messages within, 5.1.5 and 5.2.1 */
	{ "Content-Type: message/rfc822\n\nContent-Type: a/b\n\nx",
	    "0 M0 message/rfc822 \n1 l0 a/b x\n" },
	{ "Content-Type: message/global\n\nFrom x@y\nA: b\n\nx",
	    "0 M0 message/global \n1 l0 text/plain x\n" },
	{ MIXED "--b\nContent-Type: message/rfc822\n\n" MIXED "--b--\n",
	    ROOT "1 M1 message/rfc822 \n1.1 m0 multipart/mixed \n" },
	{ MIXED "--b\nContent-Type: message/rfc822\n\n"
		"Content-Type: multipart/mixed; boundary=c\n\n"
		"--c\n\none\n--c--\n--b--\n",
	    ROOT "1 M1 message/rfc822 \n1.1 m0 multipart/mixed \n"
		 "1.1.1 l1 text/plain one\n" },
	{ "Content-Type: multipart/digest; boundary=b\n\n--b\n\nA: b\n\none\n"
	  "--b\nContent-Type: text/plain\n\ntwo\n--b--",
	    "0 m0 multipart/digest \n1 M1 message/rfc822 \n"
	    "1.1 l0 text/plain one\n2 l1 text/plain two\n" },
	{ "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
	  "QTogYgo=",
	    "0 l0 message/rfc822 QTogYgo=\n" },
	{ "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\n"
	  "A: b\n",
	    "0 M0 message/rfc822 \n1 l0 text/plain \n" },
	{ "Content-Type: message/external-body\n\nContent-Type: a/b\n\nx",
	    "0 l0 message/external-body Content-Type: a/b||x\n" },
	{ "Content-Type: message/delivery-status\n\nA: b\n\nC: d\n",
	    "0 l0 message/delivery-status A: b||C: d|\n" },
};

/* in memory of just that size, each prefix: nothing is read behind it */
static int
prefixes(const char *s, char *out)
{
	int bad = 0;
	char *copy;
	size_t n;

	for (n = 0; n <= strlen(s); n++) {
		copy = malloc(n + 1);
		memcpy(copy, s, n);
		show(copy, n, out);
		bad += strstr(out, "OUTSIDE") != NULL;
		free(copy);
	}
	return bad;
}

static void
walk(const char *s, struct mimewalk *w, unsigned *parts, unsigned *depth)
{
	static struct mimepart m;

	*parts = *depth = 0;
	mimewalk_open(w, s, strlen(s));
	while (mimewalk_next(w, &m)) {
		++*parts;
		if (m.depth > *depth)
			*depth = m.depth;
	}
}

static void
limits(char *s)
{
	static struct mimewalk w;
	unsigned i, k, parts, depth;
	char *p;

	for (k = 0; k < 2; k++) {
		for (i = 0, p = s; i < MIMEWALK_DEPTH_MAX + k; i++)
			p += sprintf(p, "Content-Type: message/rfc822\n\n");
		walk(s, &w, &parts, &depth);
		is_num(depth, MIMEWALK_DEPTH_MAX, "depth");
		is_num(w.cut, k, k ? "one above" : "at the limit");
	}
	for (k = 0; k < 2; k++) {
		p = s + sprintf(s, MIXED);
		for (i = 0; i < MIMEWALK_PARTS_MAX - 1 + k; i++)
			p += sprintf(p, "--b\n\nx\n");
		walk(s, &w, &parts, &depth);
		is_num(parts, MIMEWALK_PARTS_MAX, "parts");
		is_num(w.cut, k, k ? "one above" : "at the limit");
	}
	for (k = 0; k < 2; k++) {
		p = s + sprintf(s, "Content-Type: multipart/mixed; boundary=");
		for (i = 0; i < MIMEWALK_BOUNDARY_MAX + k; i++)
			*p++ = 'b';
		p += sprintf(p, "\n\n--");
		for (i = 0; i < MIMEWALK_BOUNDARY_MAX + k; i++)
			*p++ = 'b';
		sprintf(p, "\n\nx\n");
		walk(s, &w, &parts, &depth);
		is_num(parts, k ? 1 : 2, "boundary");
	}
}

static void
fields(void)
{
	static const char message[] =
	    "Content-Disposition: attachment (x); filename=\"a b\"\n"
	    "Content-Transfer-Encoding: Quoted-Printable (y)\n"
	    "Content-Type: text/html; charset=utf-8\n\nx";
	static const struct {
		const char *field;
		enum mime_encoding want;
	} words[] = {
		{ "7bit", MIME_IDENTITY },
		{ " 8BIT ", MIME_IDENTITY },
		{ "binary", MIME_IDENTITY },
		{ "", MIME_IDENTITY },
		{ "base64", MIME_BASE64 },
		{ "(x) BASE64;", MIME_BASE64 },
		{ "base-64", MIME_UNKNOWN },
		{ "x-uuencode", MIME_UNKNOWN },
	};
	static struct mimewalk w;
	static struct mimepart m;
	char text[100], v[20];
	size_t i;

	mimewalk_open(&w, message, sizeof message - 1);
	mimewalk_next(&w, &m);
	ok(mimetype_is(&m.disposition, "attachment", NULL), "disposition");
	is_num(mimetype_value(&m.disposition, "filename", 8, v, 20, NULL), 3,
	    "file name");
	is_num(m.encoding, MIME_QUOTED_PRINTABLE, "encoding");
	is_num(mimetype_value(&m.type, "charset", 7, v, 20, NULL), 5,
	    "charset");
	is_num(m.header_len, sizeof message - 2, "header");
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		snprintf(text, sizeof text, "Content-Transfer-Encoding: %s\n",
		    words[i].field);
		mimewalk_open(&w, text, strlen(text));
		mimewalk_next(&w, &m);
		is_num(m.encoding, words[i].want, words[i].field);
		is_num(m.disposition.type_len, 0, "no disposition");
	}
}

int
main(void)
{
	char *out = malloc(1 << 20);
	int bad = 0;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		show(cases[i].in, strlen(cases[i].in), out);
		is_str(out, cases[i].want, cases[i].in);
		bad += prefixes(cases[i].in, out);
	}
	is_num(bad, 0, "all slices are within the message");
	fields();
	limits(out);
	return done();
}
