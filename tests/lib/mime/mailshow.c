#include "mime/mailshow.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *name, *value, *want; /* TAB as /, LF as | */
} cases[] = {
	{ "Subject", "a", "field:Subject/value:a|" },
	{ "x\001\n", "a", "field:x\357\277\275 /value:a|" },
	{ "Subject", " \r\n a\r\n b \r\nc", "field:Subject/value:a b|" },
	{ "Subject", "", "field:Subject/value:|" },
	{ "Subject", "a\\b", "field:Subject/value:a\\\\b|" },
	{ "From", "A <a@b>", "field:From/value:A <a@b>|address:a@b/name:A|" },
	{ "resent-cc", "a@b, c@d",
	    "field:resent-cc/value:a@b, c@d|address:a@b|address:c@d|" },
	{ "To", "", "field:To/value:|" },
	{ "To", "(x)", "field:To/value:(x)|address:/name:x|" },
	{ "To", "\303\274@b", "field:To/value:\303\274@b|address:\303\274@b|" },
	{ "Return-Path", "<>", "field:Return-Path/value:<>|address:|" },
	{ "Date", "1 Jan 1970 00:00 +0100",
	    "field:Date/value:1 Jan 1970 00:00 +0100|"
	    "date:-3600/iso:1970-01-01T00:00:00+01:00|" },
	{ "Date", "x", "field:Date/value:x|date:|" },
	{ "Received", "x", "field:Received/value:x|" },
	{ "Received", "x; y", "field:Received/value:x; y|date:|" },
	{ "Message-Id", "<a>", "field:Message-Id/value:<a>|id:a|" },
	{ "References", "<a> <b>",
	    "field:References/value:<a> <b>|id:a|id:b|" },
	{ "References", "a b", "field:References/value:a b|" },
	{ "Content-Type", "A/B; C=D; c=e; *f*=u'De'g",
	    "field:Content-Type/value:A/B; C=D; c=e; *f*=u'De'g|type:a/b|"
	    "param:c/value:D|param:f/value:g/language:de|" },
	{ "Content-Type", "", "field:Content-Type/value:|type:|" },
	{ "Content-Disposition", "Inline",
	    "field:Content-Disposition/value:Inline|type:inline|" },
};

static void
text(struct buf *b)
{
	size_t i;

	for (i = 0; i < buf_len(b); i++)
		if (buf_data(b)[i] == '\t' || buf_data(b)[i] == '\n')
			buf_data(b)[i] = buf_data(b)[i] == '\t' ? '/' : '|';
	buf_putc(b, '\0');
}

static void
parts(void)
{
	static const char message[] =
	    "A: b\nContent-Type: multipart/mixed;"
	    " boundary=b\n\n--b\nC: d\n\nxyz\n--b--\n";
	static struct mimewalk w;
	static struct mimepart m;
	struct buf b = { 0 };
	const char *p;

	mimewalk_open(&w, message, sizeof message - 1);
	while (mimewalk_next(&w, &m)) {
		p = NULL;
		while (mailshow_field(&b, &p, &m, message) == 1)
			;
		mailshow_part(&b, &m, message);
	}
	text(&b);
	is_str(buf_data(&b),
	    "field:A/at:0/length:5/value:b|"
	    "field:Content-Type/at:5/length:42/value:multipart/mixed; "
	    "boundary=b|type:multipart/mixed|param:boundary/value:b|"
	    "part:0/type:multipart/mixed/header:0/body:48/length:20/size:20|"
	    "field:C/in:1/at:52/length:5/value:d|"
	    "part:1/type:text/plain/header:52/body:58/length:3/size:3|",
	    "fields and parts");
	buf_free(&b);
}

static void
limit(size_t n, size_t want)
{
	char *in = malloc(n), label[50];
	struct buf b = { 0 };

	snprintf(label, sizeof label, "a value of %zu bytes", n);
	memset(in, 'x', n);
	mailshow_value(&b, "S", 1, in, n);
	is_num(buf_len(&b), want + strlen("field:S\tvalue:\n"), label);
	buf_free(&b);
	free(in);
}

int
main(void)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		mailshow_value(&b, cases[i].name, strlen(cases[i].name),
		    cases[i].value, strlen(cases[i].value));
		text(&b);
		is_str(buf_data(&b), cases[i].want, cases[i].value);
	}
	parts();
	limit(MAILSHOW_VALUE_MAX, MAILSHOW_VALUE_MAX);
	limit(MAILSHOW_VALUE_MAX + 1, MAILSHOW_VALUE_MAX);
	buf_free(&b);
	return done();
}
