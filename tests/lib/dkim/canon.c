/* canonical forms: the RFC's examples, cases, and a second, slow way to make
 * them, in pieces of all sizes */
#include "base/base64.h"
#include "crypt/digest.h"
#include "dkim/canon.h"
#include "tap.h"
#include <stdlib.h>

/* fields */

static const struct {
	const char *in, *simple, *relaxed, *name;
} fields[] = {
	{ "A: X\n", "A: X\r\n", "a:X\r\n", "RFC 6376 section 3.4.5, A" },
	{ "B : Y\t\n\tZ  \n", "B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n",
	    "section 3.4.5, B" },
	{ "A:X", "A:X\r\n", "a:X\r\n", "no LF, no blank" },
	{ "A:\n", "A:\r\n", "a:\r\n", "empty" },
	{ "A: \t \n", "A: \t \r\n", "a:\r\n", "only blanks" },
	{ "A:\n b\n", "A:\r\n b\r\n", "a:b\r\n", "all on the second line" },
	{ "A: b\n \n c\n", "A: b\r\n \r\n c\r\n", "a:b c\r\n",
	    "a line of a blank" },
	{ "A: b\n \n", "A: b\r\n \r\n", "a:b\r\n", "at the end" },
	{ "A-\tB : c\n", "A-\tB : c\r\n", "a-b:c\r\n", "blanks in a name" },
	{ "SuBJect: AbC\n", "SuBJect: AbC\r\n", "subject:AbC\r\n",
	    "letter case" },
	{ "A: b:c : d\n", "A: b:c : d\r\n", "a:b:c : d\r\n", "more colons" },
	{ "A: \303\204\200\n", "A: \303\204\200\r\n", "a:\303\204\200\r\n",
	    "8-bit bytes" },
	{ "A: b\rc\n", "A: b\rc\r\n", "a:b\rc\r\n", "a CR is a byte" },
};

static void
test_field(size_t i)
{
	struct buf b = { 0 };
	const char *in = fields[i].in;
	char name[100];
	int form;

	for (form = CANON_SIMPLE; form <= CANON_RELAXED; form++) {
		buf_clear(&b);
		buf_puts(&b, "<"); /* appends */
		canon_header(&b, form, in, strlen(in));
		buf_putc(&b, '\0');
		snprintf(name, sizeof name, "%s, %s", fields[i].name,
		    form == CANON_SIMPLE ? "simple" : "relaxed");
		is_str(buf_data(&b) + 1,
		    form == CANON_SIMPLE ? fields[i].simple : fields[i].relaxed,
		    name);
	}
	buf_free(&b);
}

/* bodies */

static void
collect(void *arg, const void *p, size_t n)
{
	buf_put(arg, p, n);
}

/* in pieces: sizes from 1 to max, in turn */
static uint64_t
body(struct buf *out, enum canon form, uint64_t limit, const char *p, size_t n,
    size_t max)
{
	struct canon_body c;
	size_t size = max, k;

	buf_clear(out);
	canon_body_init(&c, form, limit, collect, out);
	while (n > 0) {
		k = size < n ? size : n;
		canon_body_feed(&c, p, k);
		p += k;
		n -= k;
		size = size > 1 ? size - 1 : max;
	}
	canon_body_end(&c);
	return c.total;
}

/* RFC 6376 sections 3.4.3 and 3.4.4, word by word */
static void
slow(struct buf *out, enum canon form, const char *p, size_t n)
{
	const char *end = p + n, *lf, *e;

	buf_clear(out);
	while (p < end) {
		lf = memchr(p, '\n', end - p);
		if (lf == NULL)
			lf = end;
		e = lf;
		if (form == CANON_RELAXED)
			while (e > p && (e[-1] == ' ' || e[-1] == '\t'))
				e--;
		while (p < e) {
			if (form == CANON_RELAXED &&
			    (*p == ' ' || *p == '\t')) {
				while (p < e && (*p == ' ' || *p == '\t'))
					p++;
				buf_putc(out, ' ');
			} else {
				buf_putc(out, *p++);
			}
		}
		buf_puts(out, "\r\n");
		p = lf < end ? lf + 1 : end;
	}
	/* empty lines at the end; one line end is left of a body that is
	 * not empty */
	n = buf_len(out);
	while (n >= 4 && memcmp(buf_data(out) + n - 4, "\r\n\r\n", 4) == 0)
		n -= 2;
	if (n == 2 && form == CANON_RELAXED)
		n = 0;
	out->end = out->off + n;
	if (n == 0 && form == CANON_SIMPLE)
		buf_puts(out, "\r\n");
}

static const struct {
	const char *in, *simple, *relaxed, *name;
} bodies[] = {
	{ " C \nD \t E\n\n\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n",
	    "RFC 6376 section 3.4.5" },
	{ "", "\r\n", "", "nothing" },
	{ "\n", "\r\n", "", "an empty line" },
	{ "\n\n\n", "\r\n", "", "empty lines" },
	{ " ", " \r\n", "", "a blank" },
	{ " \n", " \r\n", "", "a line of a blank" },
	{ " \n\t\n\n", " \r\n\t\r\n", "", "lines of blanks" },
	{ "a", "a\r\n", "a\r\n", "no last line end" },
	{ "a \t", "a \t\r\n", "a\r\n", "and blanks" },
	{ "a\n", "a\r\n", "a\r\n", "a line" },
	{ "a\n\n", "a\r\n", "a\r\n", "an empty line behind it" },
	{ "a\n \n\n", "a\r\n \r\n", "a\r\n", "a line of a blank behind it" },
	{ "\n\na\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n",
	    "empty lines in front stay" },
	{ " \na\n", " \r\na\r\n", "\r\na\r\n", "a line of a blank in front" },
	{ "a\n\n\nb\n", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n",
	    "empty lines within stay" },
	{ "  a  b\t\tc  \n", "  a  b\t\tc  \r\n", " a b c\r\n",
	    "blanks everywhere" },
	{ "\ta\n", "\ta\r\n", " a\r\n", "a TAB in front" },
	{ "a\rb\r\n", "a\rb\r\r\n", "a\rb\r\r\n", "CRs are bytes" },
	{ ".\n..\n", ".\r\n..\r\n", ".\r\n..\r\n", "dots" },
	{ "\303\274 \377\n", "\303\274 \377\r\n", "\303\274 \377\r\n",
	    "8-bit bytes" },
	{ "abcdefghijklmnopqrstuvwxyz  0123456789 12345678\n",
	    "abcdefghijklmnopqrstuvwxyz  0123456789 12345678\r\n",
	    "abcdefghijklmnopqrstuvwxyz 0123456789 12345678\r\n",
	    "long words" },
};

static void
test_body(size_t i)
{
	struct buf b = { 0 }, s = { 0 };
	const char *in = bodies[i].in, *want;
	char name[120];
	size_t n = strlen(in), max, k;
	int form, good, reference;

	for (form = CANON_SIMPLE; form <= CANON_RELAXED; form++) {
		want =
		    form == CANON_SIMPLE ? bodies[i].simple : bodies[i].relaxed;
		k = strlen(want);
		good = 1;
		for (max = 1; max <= n + 1; max++)
			good &= body(&b, form, UINT64_MAX, in, n, max) == k &&
			    buf_len(&b) == k &&
			    (k == 0 || memcmp(buf_data(&b), want, k) == 0);
		slow(&s, form, in, n);
		reference = buf_len(&s) == k &&
		    (k == 0 || memcmp(buf_data(&s), want, k) == 0);
		snprintf(name, sizeof name, "%s, %s, pieces of all sizes",
		    bodies[i].name,
		    form == CANON_SIMPLE ? "simple" : "relaxed");
		ok(good && reference, name);
	}
	buf_free(&b);
	buf_free(&s);
}

/* l= cuts, and the whole is counted all the same */
static void
test_limit(enum canon form, const char *name)
{
	static const char in[] = "ab  c\n\n\nd \n\n\n";
	struct buf whole = { 0 }, b = { 0 };
	size_t n = sizeof in - 1, limit;
	uint64_t total = body(&whole, form, UINT64_MAX, in, n, n);
	int good = 1;

	for (limit = 0; limit <= total + 2; limit++) {
		good &= body(&b, form, limit, in, n, 3) == total;
		good &= buf_len(&b) == (limit < total ? limit : total);
		good &= buf_len(&b) == 0 ||
		    memcmp(buf_data(&b), buf_data(&whole), buf_len(&b)) == 0;
	}
	ok(good, name);
	buf_free(&whole);
	buf_free(&b);
}

static uint32_t seed = 1;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* larger than what is gathered inside, blanks and line ends everywhere */
static void
test_random(enum canon form, const char *set, const char *name)
{
	static char in[20000];
	struct buf b = { 0 }, s = { 0 };
	size_t n, i, set_len = strlen(set);
	unsigned round, bad = 0;

	for (round = 0; round < 300; round++) {
		n = round < 200 ? rnd(40) : rnd(sizeof in);
		for (i = 0; i < n; i++)
			in[i] = set[rnd((uint32_t)set_len)];
		slow(&s, form, in, n);
		body(&b, form, UINT64_MAX, in, n, 1 + rnd(9000));
		bad += buf_len(&b) != buf_len(&s) ||
		    (buf_len(&s) > 0 &&
			memcmp(buf_data(&b), buf_data(&s), buf_len(&s)) != 0);
	}
	is_num(bad, 0, name);
	buf_free(&b);
	buf_free(&s);
}

/* the hashes of an empty body that sections 3.4.3 and 3.4.4 give */
static void
test_empty(enum canon form, const char *sha256, const char *sha1)
{
	unsigned char out[DIGEST_LEN];
	struct buf b = { 0 }, text = { 0 };
	struct digest_sha1 d1;
	struct digest d;

	body(&b, form, UINT64_MAX, "", 0, 1);
	digest_init(&d);
	digest_add(&d, buf_data(&b), buf_len(&b));
	digest_end(&d, out);
	base64_put(&text, out, DIGEST_LEN);
	buf_putc(&text, '\0');
	is_str(buf_data(&text), sha256, "SHA-256 of an empty body");
	digest_sha1_init(&d1);
	digest_sha1_add(&d1, buf_data(&b), buf_len(&b));
	digest_sha1_end(&d1, out);
	buf_clear(&text);
	base64_put(&text, out, DIGEST_SHA1_LEN);
	buf_putc(&text, '\0');
	is_str(buf_data(&text), sha1, "SHA-1 of it");
	buf_free(&b);
	buf_free(&text);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
		test_field(i);
	for (i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
		test_body(i);
	test_limit(CANON_SIMPLE, "l=, simple");
	test_limit(CANON_RELAXED, "l=, relaxed");
	test_random(CANON_SIMPLE, "ab \t\n\n\r.", "random, simple");
	test_random(CANON_RELAXED, "ab \t\n\n\r.", "random, relaxed");
	test_random(CANON_RELAXED, "abcdefghijklmno\377\200!~ \n",
	    "random words, relaxed");
	test_random(CANON_RELAXED, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
	    "one long line, relaxed");
	test_random(CANON_SIMPLE, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\na",
	    "line ends, simple");
	test_empty(CANON_SIMPLE, "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
	    "uoq1oCgLlTqpdDX/iUbLy7J1Wic=");
	test_empty(CANON_RELAXED,
	    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	    "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
	return done();
}
