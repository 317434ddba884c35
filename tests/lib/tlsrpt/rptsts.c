#include "tlsrpt/rptsts.h"
#include "tap.h"

static const struct {
	const char *name, *file, *want; /* NULL: none */
} cases[] = {
	{ "a file of the cache",
	    "domain:a.example\tid:7\tfetched:1\texpires:2\n\n"
	    "version: STSv1\r\nmode: none\r\n",
	    "version: STSv1\r\nmode: none\r\n" },
	{ "an empty policy", "id:7\tdomain:a.example\n\n", "" },
	{ "another domain", "domain:b.example\tid:7\n\nx", NULL },
	{ "another id", "domain:a.example\tid:8\n\nx", NULL },
	{ "no id", "domain:a.example\n\nx", NULL },
	{ "no domain", "id:7\n\nx", NULL },
	{ "no empty line", "domain:a.example\tid:7\nx\n", NULL },
	{ "one line", "domain:a.example\tid:7\n", NULL },
	{ "no line", "domain:a.example\tid:7", NULL },
	{ "no LTSV", "x\n\ny", NULL },
	{ "nothing", "", NULL },
};

int
main(void)
{
	struct slice p;
	unsigned i;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		r = rptsts_read(cases[i].file, strlen(cases[i].file),
		    "a.example", "7", &p);
		ok(cases[i].want == NULL ? r == 0
					 : r == 1 && word_is(p, cases[i].want),
		    cases[i].name);
	}
	return done();
}
