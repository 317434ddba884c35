#include "many/listread.h"
#include "tap.h"

static const struct {
	const char *in, *want; /* LINE KEY;  or LINE!fault; */
} cases[] = {
	{ "to\na@b.c\n\nd@e.f\n", "2 k:a@b.c;4 k:d@e.f;" },
	{ "to,n\r\na@b.c,\"1\n2\"\r\nx\nd@e.f,3",
	    "2 k:a@b.c;"
	    "4!fewer fields than the heading has;5 k:d@e.f;" },
	{ "to\n\"x\"y\nd@e.f", "2!text behind a quote;3 k:d@e.f;" },
	{ "to\n", "" },
	{ "", "!it is empty" },
	{ "n\nx\n", "!no column is called to or email" },
	{ "\"n\nx\n", "!a quote that does not end" },
	{ "{\"to\":\"a@b.c\"}\n\n  {\"to\":\"d@e.f\"}",
	    "1 k:a@b.c;3 k:d@e.f;" },
	{ "\n{\"to\":\"a@b.c\"}\n{\"to\"\n[]\n{\"to\":\"a@b.c\",\"to\":1}\n",
	    "2 k:a@b.c;3!':' expected near end of file;4!no object;"
	    "5!duplicate object key near '\"to\"';" },
};

static void
read_all(const char *in, struct buf *out)
{
	static struct listread l;
	char key[LISTROW_KEY_MAX + 1];
	const char *why;
	json_t *rcpt;
	int k;

	memset(&l, 0, sizeof l);
	if (listread_open(&l, in, strlen(in), &why) == -1)
		buf_printf(out, "!%s", why);
	else
		while ((k = listread_next(&l, "k", &rcpt, key, &why)) != 0) {
			buf_printf(out, "%zu%s%s;", l.line, k == 1 ? " " : "!",
			    k == 1 ? key : why);
			if (k == 1)
				json_decref(rcpt);
		}
	buf_putc(out, '\0');
	listread_close(&l);
}

int
main(void)
{
	struct buf out = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		read_all(cases[i].in, &out);
		is_str(buf_data(&out), cases[i].want, cases[i].in);
	}
	buf_free(&out);
	return done();
}
