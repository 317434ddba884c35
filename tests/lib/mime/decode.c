#include "mime/decode.h"
#include "tap.h"
#include <stdlib.h>

#define QP MIME_QUOTED_PRINTABLE
#define B64 MIME_BASE64
#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
	enum mime_encoding encoding;
	const char *in, *want;
	int bad;
} cases[] = {
	{ MIME_IDENTITY, "a=3D \n", "a=3D \n", 0 },
	{ MIME_UNKNOWN, "a=3D \n", "a=3D \n", 0 },
	/* RFC 2045 section 6.7 */
	{ QP, "", "", 0 },
	{ QP, "plain\n", "plain\n", 0 },
	{ QP, "=3D", "=", 0 },
	{ QP, "=3d=c3=Bc", "=\303\274", 0 },
	{ QP,
	    "Now's the time =\nfor all folk to come=\n to the aid of=\n"
	    " their country.",
	    "Now's the time for all folk to come to the aid of "
	    "their country.",
	    0 },
	{ QP, "a=\r\nb", "ab", 0 },
	{ QP, "a= \t\nb", "ab", 0 },
	{ QP, "a= \r\nb", "ab", 0 },
	{ QP, "a \t\nb  \r\nc \t", "a\nb\r\nc", 0 },
	{ QP, "a=20\nb", "a \nb", 0 },
	{ QP, "a  =\nb", "a  b", 0 },
	{ QP, "a \tb", "a \tb", 0 },
	{ QP, "a\rb\r\r\nc\r", "a\rb\r\nc", 0 },
	{ QP, "\n\n", "\n\n", 0 },
	{ QP, "=0D=0A", "\r\n", 0 },
	{ QP, "a\303\274", "a\303\274", 0 },
	{ QP, X64 X64 "=3D", X64 X64 "=", 0 },
	/* broken */
	{ QP, "a=", "a", 0 },
	{ QP, "a= ", "a", 0 },
	{ QP, "a=4", "a=4", 1 },
	{ QP, "a=4\nb", "a=4\nb", 1 },
	{ QP, "a=G1", "a=G1", 1 },
	{ QP, "a=4G=41", "a=4GA", 1 },
	{ QP, "==41", "=A", 1 },
	{ QP, "a= b", "a= b", 1 },
	{ QP, "a=  =41", "a=  A", 1 },
	{ QP, "a=4=42", "a=4B", 1 },
	{ QP, "=?=", "=?", 1 },
	/* section 6.8, RFC 4648 section 10 */
	{ B64, "", "", 0 },
	{ B64, "Zg==", "f", 0 },
	{ B64, "Zm8=", "fo", 0 },
	{ B64, "Zm9v", "foo", 0 },
	{ B64, "Zm9vYg==", "foob", 0 },
	{ B64, "Zm9vYmE=", "fooba", 0 },
	{ B64, "Zm9vYmFy", "foobar", 0 },
	{ B64, "Zm\n9v\r\nYm Fy\t\n", "foobar", 0 },
	{ B64, "+/+/", "\373\377\277", 0 },
	{ B64, "Zg\n=\n=\n", "f", 0 },
	{ B64, "Zm8==", "fo", 0 },
	{ B64, "Zg======", "f", 0 },
	/* broken */
	{ B64, "Zg", "f", 0 },
	{ B64, "Zm8", "fo", 0 },
	{ B64, "Zg=", "f", 1 },
	{ B64, "Z", "", 1 },
	{ B64, "Zm9vY", "foo", 1 },
	{ B64, "Z=g==", "f", 1 },
	{ B64, "=Zg==", "f", 1 },
	{ B64, "Zm=9v", "foo", 1 },
	{ B64, "Z!m*9-v", "foo", 1 },
	{ B64, "Zg==Zg==", "f", 1 },
	{ B64, "Zg==\n--\nlist\n", "f", 1 },
	{ B64, "Zm9v====", "foo", 1 },
};

static void
pieces(const char *label, enum mime_encoding encoding, const char *in, size_t n,
    size_t piece, const char *want, size_t len, int bad)
{
	char *out = malloc(n + DECODE_HELD_MAX * 2), *p, *s = out;
	struct decode d;
	size_t i, k;

	decode_init(&d, encoding);
	for (i = 0; i < n; i += k) {
		k = piece == 0 ? (size_t)rand() % 7 : piece;
		if (k > n - i)
			k = n - i;
		/* memory of just that size */
		p = malloc(k + 1);
		memcpy(p, in + i, k);
		s += decode_feed(&d, p, k, s);
		free(p);
	}
	s += decode_end(&d, s);
	ok((size_t)(s - out) == len && memcmp(out, want, len) == 0 &&
		(int)d.bad == bad,
	    label);
	free(out);
}

static void
limit(size_t blanks, int kept)
{
	char in[DECODE_HELD_MAX + 10], want[DECODE_HELD_MAX + 10];
	size_t n = 0;

	in[n++] = 'a';
	memset(in + n, ' ', blanks);
	n += blanks;
	in[n++] = '\n';
	memcpy(want, in, n);
	if (!kept)
		memcpy(want, "a\n", 2);
	else
		want[DECODE_HELD_MAX + 1] = '\n';
	/* above the limit, those that were held are content */
	pieces(kept ? "blanks above the limit" : "blanks at the limit", QP, in,
	    n, 1, want, kept ? DECODE_HELD_MAX + 2 : 2, kept);
}

int
main(void)
{
	char out[2 * DECODE_HELD_MAX + 200];
	size_t i, len, n;
	int bad;

	srand(1);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		len = decode_all(cases[i].encoding, cases[i].in, n, out, &bad);
		out[len] = '\0';
		is_str(out, cases[i].want, cases[i].in);
		is_num(bad, cases[i].bad, "good or bad");
		pieces("byte by byte", cases[i].encoding, cases[i].in, n, 1,
		    cases[i].want, strlen(cases[i].want), cases[i].bad);
		pieces("by random pieces", cases[i].encoding, cases[i].in, n, 0,
		    cases[i].want, strlen(cases[i].want), cases[i].bad);
	}
	limit(DECODE_HELD_MAX, 0);
	limit(DECODE_HELD_MAX + 1, 1);
	return done();
}
