#include "smtp/chunkin.h"
#include "smtp/chunkout.h"
#include "tap.h"

static const struct {
	const char *in, *out;
} cases[] = {
	{ "", "" },
	{ "a\n", "a\r\n" },
	{ "a", "a\r\n" },
	{ "\n", "\r\n" },
	{ "\n\n", "\r\n\r\n" },
	{ ".\n..\n.a\n", ".\r\n..\r\n.a\r\n" },
	{ ".", ".\r\n" },
	{ "\xe4\xff\x80.\nb", "\xe4\xff\x80.\r\nb\r\n" },
	/* what never comes */
	{ "a\r\nb\n", "a\r\nb\r\n" },
	{ "a\rb\n", "a b\r\n" },
	{ "\r\r\n", " \r\n" },
	{ "a\r", "a \r\n" },
	{ "\r", " \r\n" },
	{ "\n\r.\n\r", "\r\n .\r\n \r\n" },
};

/* what went out comes in as it was */
static void
back(const char *out, size_t n, const char *want)
{
	struct chunkin c = { 0 };
	char in[200];
	size_t len;

	is_num(chunkin_feed(&c, out, n, in, &len), 0, "can be read");
	is_num(chunkin_end(&c), 0, "to its end");
	is_num(c.mid, 0, "which is that of a line");
	in[len] = '\0';
	if (strchr(want, '\r') == NULL) {
		is_num(memcmp(in, want, strlen(want)), 0, "as it was");
		ok(len - strlen(want) <= 1, "and at most a line end behind it");
	}
}

int
main(void)
{
	struct chunkout c = { 0 };
	char out[200];
	size_t i, k, n, len, cut;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		len = strlen(cases[i].in);
		for (cut = 0; cut <= len; cut++) {
			n = chunkout_feed(&c, cases[i].in, cut, out);
			ok(n <= CHUNKOUT_ROOM(cut), "room");
			n += chunkout_feed(&c, cases[i].in + cut, len - cut,
			    out + n);
			k = chunkout_end(&c, out + n);
			ok(k <= CHUNKOUT_END, "room for the end");
			out[n + k] = '\0';
			is_str(out, cases[i].out, "in two pieces");
		}
		for (n = k = 0; k < len; k++)
			n += chunkout_feed(&c, cases[i].in + k, 1, out + n);
		n += chunkout_end(&c, out + n);
		out[n] = '\0';
		is_str(out, cases[i].out, "byte by byte");
		back(out, n, cases[i].in);
	}
	n = chunkout_feed(&c, "\0.\na\0", 5, out);
	n += chunkout_end(&c, out + n);
	out[n] = '\0';
	is_str(out, " .\r\na \r\n", "a NUL is a blank");
	return done();
}
