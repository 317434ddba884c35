#include "ship/sanitize.h"
#include "tap.h"

static const struct {
	const char *in, *want;
} texts[] = {
	{ "", "" },
	{ "no such user", "no such user" },
	{ "550 <joe@example.net>: unknown", "550 <[address]>: unknown" },
	{ "joe.x+y=z@example.net", "[address]" },
	{ "to joe@example.net.", "to [address]." },
	{ "a@b c@d", "[address] [address]" },
	{ "a@b@c", "[address]@c" },
	{ "<\"joe x\"@example.net>", "<[address]>" },
	{ "x\"@example.net", "x\"@example.net" },
	{ "joe@[192.0.2.1]: no", "[address]: no" },
	{ "j\xc3\xb6@b\xc3\xbc.example", "[address]" },
	{ "@home", "@home" },
	{ "at @ all", "at @ all" },
	{ "@@", "@@" },
	{ "joe@", "joe@" },
	{ "Customer ACME of acme.example",
	    "Customer [hidden] of [hidden].example" },
	{ "Bob at acme", "[hidden] at [hidden]" },
};

static const struct {
	const char *in, *want;
} lines[] = {
	{ "ev:bounced\tto:a@x\ttext:<a@x> gone\\tacme\tn:0",
	    "ev:bounced\tto:a@x\ttext:<[address]> gone\\t[hidden]\tn:0" },
	{ "tls-text:a@x\\xffb\tcontext:a@x\ttext:",
	    "tls-text:[address]\tcontext:a@x\ttext:" },
	{ "text:\\x41@x\\x1b", "text:[address]\\x1b" },
	{ "what a@x did", "what [address] did" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		buf_clear(&b);
		sanitize_text(&b, texts[i].in, strlen(texts[i].in),
		    "acme\n\nbob\n");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), texts[i].want, texts[i].in);
	}
	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		buf_clear(&b);
		sanitize_line(&b, lines[i].in, strlen(lines[i].in), "acme");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), lines[i].want, lines[i].in);
	}
	buf_clear(&b);
	sanitize_text(&b, "a@b acme", 8, NULL);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "[address] acme", "no words");
	buf_free(&b);
	return done();
}
