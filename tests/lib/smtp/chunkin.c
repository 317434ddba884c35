#include "smtp/chunkin.h"
#include "tap.h"
#include <stdlib.h>

/* in: as received; out: decoded; each case runs whole, in two pieces of every
 * division, byte by byte, and in place */
static const struct {
	const char *in, *out;
	int r;   /* of chunkin_feed() */
	int end; /* of chunkin_end() */
	int mid;
} cases[] = {
	{ "", "", 0, 0, 0 },
	{ "a", "a", 0, 0, 1 },
	{ "a\r\n", "a\n", 0, 0, 0 },
	{ "\r\n", "\n", 0, 0, 0 },
	{ "\r\n\r\na", "\n\na", 0, 0, 1 },
	{ "a\r\nb\r\n", "a\nb\n", 0, 0, 0 },
	{ ".\r\n..\r\n.\r\n", ".\n..\n.\n", 0, 0, 0 },
	{ "caf\xc3\xa9\r\n", "caf\xc3\xa9\n", 0, 0, 0 },
	{ "a\r", "a", 0, -1, 1 },
	{ "\r", "", 0, -1, 0 },
	{ "a\n", "a", -1, 0, 1 },
	{ "\n", "", -1, 0, 0 },
	{ "a\r\r\n", "a", -1, 0, 1 },
	{ "a\rb", "a", -1, 0, 1 },
	{ "a\r\n\nb", "a\n", -1, 0, 0 },
	{ "a\r\n\rb\r\n", "a\n", -1, 0, 0 },
	{ "a\r\nb\nc\r\n", "a\nb", -1, 0, 1 },
};

/* in pieces: first, then of step bytes; 0 or -1, *len bytes in out */
static int
decode(struct chunkin *c, const char *in, size_t n, size_t first, size_t step,
    char *out, size_t *len)
{
	size_t off = 0, k, got;
	int r = 0;

	*len = 0;
	memset(c, 0, sizeof *c);
	for (k = first; off < n && r == 0; k = step) {
		if (k > n - off)
			k = n - off;
		r = chunkin_feed(c, in + off, k, out + *len, &got);
		ok(got <= k, "no more than came");
		*len += got;
		off += k;
	}
	return r;
}

static void
check(size_t i, const struct chunkin *c, int r, char *out, size_t len,
    const char *name)
{
	out[len] = '\0';
	is_str(out, cases[i].out, name);
	is_num(r, cases[i].r, "all of it");
	if (r == -1)
		return;
	is_num(chunkin_end(c), cases[i].end, "its end");
	is_num(c->mid, cases[i].mid, "in a line");
}

int
main(void)
{
	size_t i, cut, n, len;
	struct chunkin c;
	char out[100];
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		for (cut = 0; cut <= n; cut++) {
			r = decode(&c, cases[i].in, n, cut, n, out, &len);
			check(i, &c, r, out, len, "in two pieces");
		}
		r = decode(&c, cases[i].in, n, 1, 1, out, &len);
		check(i, &c, r, out, len, "byte by byte");
		memset(&c, 0, sizeof c);
		memcpy(out, cases[i].in, n);
		r = chunkin_feed(&c, out, n, out, &len);
		check(i, &c, r, out, len, "in place");
	}
	memset(&c, 0, sizeof c);
	r = chunkin_feed(&c, "a\0b\r\n", 5, out, &len);
	ok(r == 0 && len == 4 && memcmp(out, "a\0b\n", 4) == 0, "a NUL");
	return done();
}
