/* csv: records and faults */
#include "many/csv.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in;
	const char *want; /* LINE|FIELD|..; or LINE!fault; */
} cases[] = {
	{ "", "" },
	{ "a", "1|a;" },
	{ "a,b\nc,d\n", "1|a|b;2|c|d;" },
	{ "a,b\r\nc,\r\n", "1|a|b;2|c|;" },
	{ "\n\r\na\n\nb\n\n", "3|a;5|b;" },
	{ ",", "1||;" },
	{ "\"a,\"\"b\"\"\nc\",d\ne\n", "1|a,\"b\"\nc|d;3|e;" },
	{ "\"\"", "1|;" },
	{ "\"\"\"\"", "1|\";" },
	{ "\"a\"\r\n", "1|a;" },
	{ " a , b ", "1| a | b ;" },
	{ "a\rb\n", "1|a\rb;" },
	{ "a\"b\nc\n", "1!a quote, or a NUL, within a field;2|c;" },
	{ "\"a\"b,c\nd", "1!text behind a quote;2|d;" },
	{ "\"a\nb,c\nd", "1!a quote that does not end;2|b|c;3|d;" },
	{ "\"", "1!a quote that does not end;" },
	{ "\"a\"\"", "1!a quote that does not end;" },
};

static void
read_all(const char *in, size_t n, struct buf *out)
{
	const char *p = in, *end = in + n, *why;
	static struct csv c;
	struct slice s;
	unsigned i;
	int k;

	while ((k = csv_next(&c, &p, end, &why)) != 0) {
		buf_putnum(out, c.line);
		if (k == -1)
			buf_printf(out, "!%s", why);
		for (i = 0; k == 1 && i < c.n; i++) {
			s = csv_field(&c, i);
			buf_putc(out, '|');
			buf_put(out, s.p, s.n);
		}
		buf_putc(out, ';');
	}
	buf_putc(out, '\0');
	csv_free(&c);
	memset(&c, 0, sizeof c);
}

static void
check_many(size_t n, const char *want)
{
	char *in = malloc(n + 1);
	struct buf out = { 0 };

	memset(in, ',', n);
	in[n] = '\0';
	read_all(in, n, &out);
	ok((strchr(buf_data(&out), '!') == NULL) == (want == NULL), "fields");
	if (want != NULL)
		is_str(buf_data(&out), want, "fields");
	buf_free(&out);
	free(in);
}

static void
check_long(size_t n, const char *want)
{
	char *in = malloc(n + 3);
	struct buf out = { 0 };

	memset(in, 'x', n);
	memcpy(in + n - 1, "\ny\n", 3);
	read_all(in, n + 2, &out);
	is_str(buf_data(&out) + buf_len(&out) - 1 - strlen(want), want,
	    "a long record");
	buf_free(&out);
	free(in);
}

int
main(void)
{
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		read_all(cases[i].in, strlen(cases[i].in), &out);
		is_str(buf_data(&out), cases[i].want, cases[i].in);
	}
	buf_clear(&out);
	read_all("a\0b", 3, &out);
	is_str(buf_data(&out), "1!a quote, or a NUL, within a field;", "a NUL");
	check_many(CSV_FIELDS_MAX - 1, NULL);
	check_many(CSV_FIELDS_MAX, "1!more than 1000 fields;");
	check_long(CSV_RECORD_MAX, "x;2|y;");
	check_long(CSV_RECORD_MAX + 1, "1!more than 1 MiB;2|y;");
	buf_free(&out);
	return done();
}
