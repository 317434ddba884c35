#include "tlsrpt/rptpart.h"
#include "tap.h"

#define TOP "Subject: x\nMIME-Version: 1.0\n"
#define TWO \
	TOP "Content-Type: multipart/report; boundary=b\n\n" \
	    "--b\nContent-Type: text/plain\n\nfor people\n"
#define END "\n--b--\n"

static const struct {
	const char *name, *mail, *want; /* NULL: none */
} cases[] = {
	{ "JSON", "{\"a\":1}", "{\"a\":1}" },
	{ "JSON behind blanks", "\r\n {", "\r\n {" },
	{ "JSON behind a mark", "\xef\xbb\xbf{", "\xef\xbb\xbf{" },
	{ "gzip", "\037\213\010", "\037\213\010" },
	{ "a message that is a report",
	    TOP "Content-Type: application/tlsrpt+json\n\n{}", "{}" },
	{ "one of two parts",
	    TWO "--b\nContent-Type: application/tlsrpt+json\n\n{}" END, "{}" },
	{ "in base64",
	    TWO "--b\nContent-Type: Application/TLSRPT+gzip\n"
		"Content-Transfer-Encoding: base64\n\nH4sI\n" END,
	    "\037\213\010" },
	{ "by its type alone",
	    TWO "--b\nContent-Type: application/gzip\n\n\037\213" END,
	    "\037\213" },
	{ "by its name",
	    TWO "--b\nContent-Type: application/octet-stream\n"
		"Content-Disposition: attachment; filename=\"a!b.JSON.gz\""
		"\n\n\037\213" END,
	    "\037\213" },
	{ "by another name",
	    TWO "--b\nContent-Type: application/octet-stream; name=x.json\n"
		"\n{}" END,
	    "{}" },
	{ "a name that is none",
	    TWO "--b\nContent-Type: application/octet-stream; name=.json\n"
		"\n{}" END,
	    NULL },
	{ "no name",
	    TWO "--b\nContent-Type: application/octet-stream\n\n{}" END, NULL },
	{ "what is sure goes before what is likely",
	    TWO "--b\nContent-Type: application/json\n\nno\n--b\n"
		"Content-Type: application/tlsrpt+gzip\n\nyes" END,
	    "yes" },
	{ "the first of two",
	    TWO "--b\nContent-Type: application/tlsrpt+gzip\n\nyes\n--b\n"
		"Content-Type: application/tlsrpt+gzip\n\nno" END,
	    "yes" },
	{ "people's mail", TWO END, NULL },
	{ "no MIME", "Subject: x\n\n{}\n", NULL },
	{ "nothing", "", NULL },
};

int
main(void)
{
	struct buf out = { 0 };
	unsigned i;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		r = rptpart_find(&out, cases[i].mail, strlen(cases[i].mail));
		ok(cases[i].want == NULL
			? r == 0 && buf_len(&out) == 0
			: r == 1 && buf_len(&out) == strlen(cases[i].want) &&
			    memcmp(buf_data(&out), cases[i].want,
				buf_len(&out)) == 0,
		    cases[i].name);
	}
	ok(rptpart_packed("\037\213", 2) && !rptpart_packed("\037", 1) &&
		!rptpart_packed("{}", 2),
	    "what is gzip");
	buf_free(&out);
	return done();
}
