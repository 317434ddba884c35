#include "mime/phrase.h"
#include "tap.h"

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ "Ann", "Ann" },
	{ "Ann B. Lee", "\"Ann B. Lee\"" },
	{ "Ann Lee!", "Ann Lee!" },
	{ "A, B", "\"A, B\"" },
	{ "a \"b\" \\", "\"a \\\"b\\\" \\\\\"" },
	{ "a@b", "\"a@b\"" },
	{ "J\303\266rg", "=?utf-8?q?J=C3=B6rg?=" },
	{ "=?utf-8?q?x?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=" },
	{ "a\nb", "=?utf-8?q?a_b?=" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		phrase_put(&b, cases[i].in, strlen(cases[i].in));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, cases[i].in);
		buf_clear(&b);
	}
	buf_free(&b);
	return done();
}
