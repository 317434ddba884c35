/* paramput: a table, and what is made is read again by mimetype.h */
#include "mime/mimetype.h"
#include "mime/paramput.h"
#include "tap.h"

#define UE "\303\274"
#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

static const struct {
	const char *in, *want;
} cases[] = {
	{ "a.pdf", ";\n filename=a.pdf" },
	{ "", ";\n filename=\"\"" },
	{ "a b.pdf", ";\n filename=\"a b.pdf\"" },
	{ "a\"\\", ";\n filename=\"a\\\"\\\\\"" },
	{ "a'b%", ";\n filename=a'b%" },
	{ UE " '*%.pdf", ";\n filename*=utf-8''%C3%BC%20%27%2A%25.pdf" },
	{ X60 "1234", ";\n filename=" X60 "1234" },
	{ X60 "12345",
	    ";\n filename*0*=utf-8''" X10 X10 X10 X10 X10 "xxxxxx"
	    ";\n filename*1*=xxxx12345" },
	{ X10 X10 X10 X10 X10 "x" UE UE,
	    ";\n filename*0*=utf-8''" X10 X10 X10 X10 X10 "x"
	    ";\n filename*1*=%C3%BC%C3%BC" },
};

int
main(void)
{
	char back[300];
	struct buf b = { 0 };
	struct mimetype t;
	const char *p;
	size_t i, n;
	long len;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		buf_puts(&b, "attachment");
		paramput(&b, "filename", cases[i].in, n);
		p = buf_data(&b);
		mimetype_parse(&t, p, buf_len(&b));
		len =
		    mimetype_value(&t, "filename", 8, back, sizeof back, NULL);
		ok(len == (long)n && memcmp(back, cases[i].in, n) == 0,
		    "and back");
		buf_putc(&b, '\0');
		is_str(buf_data(&b) + 10, cases[i].want, cases[i].in);
		buf_clear(&b);
	}
	buf_free(&b);
	return done();
}
