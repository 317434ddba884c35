/* CRLF to LF: each case whole, byte by byte, and at every split */
#include "mail/crlf.h"
#include "tap.h"

static const struct {
	const char *in, *want, *name;
} cases[] = {
	{ "", "", "nothing" },
	{ "a\r\nb\r\n", "a\nb\n", "CRLF" },
	{ "a\nb\n", "a\nb\n", "LF" },
	{ "a\r\nb\nc\r\n", "a\nb\nc\n", "both" },
	{ "a\rb", "a\rb", "a CR within a line" },
	{ "a\r\r\nb", "a\r\nb", "two CRs before a LF: one goes" },
	{ "\r\r\r\r", "\r\r\r\r", "only CRs" },
	{ "\r\n\r\n", "\n\n", "empty lines" },
	{ "a\n\rb", "a\n\rb", "a CR behind a LF" },
	{ "a\r", "a\r", "a CR at the end" },
	{ "a\r\n", "a\n", "the last line end" },
	{ "a\r\r", "a\r\r", "CRs at the end" },
};

static char out[64];

/* in pieces: one of `first` bytes, then of `each` */
static const char *
run(const char *in, size_t first, size_t each)
{
	struct crlf c = { 0 };
	size_t left = strlen(in), n = 0, k = first < left ? first : left;

	for (;;) {
		size_t put = crlf_feed(&c, in, k, out + n);

		if (put > k + 1)
			return "more than n + 1 bytes";
		n += put;
		in += k;
		left -= k;
		if (left == 0)
			break;
		k = each < left ? each : left;
	}
	n += crlf_end(&c, out + n);
	n += crlf_end(&c, out + n);
	out[n] = '\0';
	return out;
}

int
main(void)
{
	size_t i, k;
	char name[100];

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		is_str(run(cases[i].in, 64, 64), cases[i].want, cases[i].name);
		snprintf(name, sizeof name, "%s, byte by byte", cases[i].name);
		is_str(run(cases[i].in, 1, 1), cases[i].want, name);
		for (k = 0; k <= strlen(cases[i].in); k++)
			if (strcmp(run(cases[i].in, k, 64), cases[i].want) != 0)
				break;
		snprintf(name, sizeof name, "%s, every split", cases[i].name);
		ok(k > strlen(cases[i].in), name);
	}
	return done();
}
