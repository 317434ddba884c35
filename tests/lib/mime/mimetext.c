#include "mime/mimetext.h"
#include "tap.h"
#include <stdlib.h>

#define BAD "\357\277\275"

static const struct {
	const char *in, *want; /* of parameter n; NULL: not there */
} cases[] = {
	{ "a/b", NULL },
	{ "a/b; n=x", "x" },
	{ "a/b; n=\"\"", "" },
	{ "a/b; n*=utf-8''%c3%bc", "\303\274" },
	{ "a/b; n*=iso-8859-1'de'%fc", "\303\274" },
	{ "a/b; n*0*=utf-8''%c3; n*1*=%bc", "\303\274" },
	{ "a/b; n*0*=iso-8859-1''%fc; n*1=%fc", "\303\274%fc" },
	{ "a/b; n*=''%c3%bc", "\303\274" },
	{ "a/b; n*=%c3%bc", "\303\274" },
	{ "a/b; n*=x-no''%c3%bc", BAD BAD },
	{ "a/b; n*=utf-8''%ff%00%0a", BAD BAD " " },
	{ "a/b; n==?utf-8?q?=C3=BC?=", "\303\274" },
	{ "a/b; n=\"=?utf-8?q?=C3=BC?= =?utf-8?q?=C3=BC?=\"",
	    "\303\274\303\274" },
	{ "a/b; n*=utf-8''=?utf-8?q?x?=", "=?utf-8?q?x?=" },
	{ "a/b; n=\"  x  \"", "  x  " },
	{ "a/b; n=\"\303\274\377\"", "\303\274" BAD },
};

static void
filename(const char *header, const char *want)
{
	static struct mimewalk w;
	static struct mimepart m;
	struct buf b = { 0 };
	int k;

	mimewalk_open(&w, header, strlen(header));
	mimewalk_next(&w, &m);
	k = mimetext_filename(&b, &m);
	is_num(k, want != NULL, "a file name is there");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want == NULL ? "" : want, header);
	buf_free(&b);
}

int
main(void)
{
	struct buf b = { 0 };
	struct mimetype t;
	size_t i;
	int k;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		mimetype_parse(&t, cases[i].in, strlen(cases[i].in));
		k = mimetext_param(&b, &t, "N", 1);
		is_num(k, cases[i].want != NULL, "is there or not");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), k == 1 ? cases[i].want : "", cases[i].in);
	}
	filename("Content-Type: a/b; name=x", "x");
	filename("Content-Type: a/b; name=x\nContent-Disposition: "
		 "attachment; filename=y",
	    "y");
	filename("Content-Type: a/b; name=x\nContent-Disposition: inline", "x");
	filename("Content-Disposition: attachment;filename*=utf-8''%e2%82%ac",
	    "\342\202\254");
	filename("Content-Type: a/b", NULL);
	buf_free(&b);
	return done();
}
