#include "smtp/dotout.h"
#include "tap.h"

static const struct {
	const char *in, *out;
} cases[] = {
	{ "", ".\r\n" },
	{ "a\n", "a\r\n.\r\n" },
	{ "a", "a\r\n.\r\n" },
	{ "\n", "\r\n.\r\n" },
	{ "\n\n", "\r\n\r\n.\r\n" },
	{ ".", "..\r\n.\r\n" },
	{ ".\n", "..\r\n.\r\n" },
	{ "..\n.a\na.\n.\n", "...\r\n..a\r\na.\r\n..\r\n.\r\n" },
	{ "a\n.\n", "a\r\n..\r\n.\r\n" },
	{ "a.\n", "a.\r\n.\r\n" },
	{ "\xe4\xff\x80.\n", "\xe4\xff\x80.\r\n.\r\n" },
	/* what never comes */
	{ "a\r\nb\n", "a\r\nb\r\n.\r\n" },
	{ "a\r\n.\r\nb\n", "a\r\n..\r\nb\r\n.\r\n" },
	{ "a\rb\n", "a b\r\n.\r\n" },
	{ "\r.\r\n", " .\r\n.\r\n" },
	{ "\r\r\n", " \r\n.\r\n" },
	{ "a\r", "a \r\n.\r\n" },
	{ "\n.\r", "\r\n.. \r\n.\r\n" },
	{ "\n\r.\n\r", "\r\n .\r\n \r\n.\r\n" },
};

int
main(void)
{
	char out[200];
	size_t i, k, n, len, cut;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dotout d = { 0 };

		len = strlen(cases[i].in);
		n = dotout_feed(&d, cases[i].in, len, out);
		ok(n <= DOTOUT_ROOM(len), "room");
		n += dotout_end(&d, out + n);
		out[n] = '\0';
		is_str(out, cases[i].out, "whole");
		for (cut = 0; cut <= len; cut++) {
			n = dotout_feed(&d, cases[i].in, cut, out);
			n += dotout_feed(&d, cases[i].in + cut, len - cut,
			    out + n);
			n += dotout_end(&d, out + n);
			out[n] = '\0';
			if (strcmp(out, cases[i].out) != 0)
				break;
		}
		is_num(cut, len + 1, "in two pieces");
		for (n = k = 0; k < len; k++)
			n += dotout_feed(&d, cases[i].in + k, 1, out + n);
		n += dotout_end(&d, out + n);
		out[n] = '\0';
		is_str(out, cases[i].out, "byte by byte");
	}
	{
		struct dotout d = { 0 };
		static const char in[] = "\0.\na\0\0\n\0\n.\0";

		n = dotout_feed(&d, in, sizeof in - 1, out);
		n += dotout_end(&d, out + n);
		out[n] = '\0';
		is_num(n, strlen(out), "no NUL");
		is_str(out, " .\r\na  \r\n \r\n.. \r\n.\r\n", "but blanks");
	}
	return done();
}
