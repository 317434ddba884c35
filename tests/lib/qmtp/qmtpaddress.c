#include "qmtp/qmtpaddress.h"
#include "tap.h"
#include <string.h>

static const struct {
	const char *in, *out;
} cases[] = {
	{ "", "" },
	{ "a@x.example", "a@x.example" },
	{ "a.b+c-d@x.example", "a.b+c-d@x.example" },
	{ "a", "a" },
	{ "a b@x.example", "\"a b\"@x.example" },
	{ "a@b@x.example", "\"a@b\"@x.example" },
	{ "a\"b@x", "\"a\\\"b\"@x" },
	{ "a\\b@x", "\"a\\\\b\"@x" },
	{ "@a:b@x", "\"@a:b\"@x" },
	{ "<a>@x", "\"<a>\"@x" },
	{ "a b", "\"a b\"" },
	{ "@x", "\"\"@x" },
	{ "a@", "a@" },
	{ "#@[]", "#@[]" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		ok(qmtpaddress_put(&b, cases[i].in, strlen(cases[i].in)) == 0 &&
			buf_putc(&b, '\0') == 0,
		    "there is memory");
		is_str(buf_data(&b), cases[i].out, cases[i].in);
	}
	return done();
}
