/* the file providers: records and faults */
#include "route/providerfile.h"
#include "memlookup.h"
#include "tap.h"

#define BAD_NAME \
	"the name of a provider has small letters, digits, - _ and ., at most 32\n"
#define BAD_PATTERN \
	"want example.com, .example.com, mx:mx.example.com or " \
	"mx:.example.com, in lower case and A-labels\n"
#define NAME_32 "abcdefghijklmnopqrstuvwxyz-_.123"

static const struct {
	const char *text, *faults, *records; /* of the site's lines */
} cases[] = {
	{ "a example.com .example.org\n", "",
	    "dexample.com=1 a sexample.org=1 a " },
	{ "a mx:mx.example.com mx:.example.net mx:*.example.org\n", "",
	    "mmx.example.com=1 a nexample.net=1 a nexample.org=1 a " },
	{ "a x.org\n# no line\na y.org\n", "", "dx.org=1 a dy.org=3 a " },
	{ "a x.org .x.org mx:x.org mx:.x.org\n", "",
	    "dx.org=1 a sx.org=1 a mx.org=1 a nx.org=1 a " },
	{ NAME_32 " x.org\n", "", "dx.org=1 " NAME_32 " " },
	{ NAME_32 "4 x.org\n", "1 " BAD_NAME, "" },
	{ "A x.org\n", "1 " BAD_NAME, "" },
	{ "a/b x.org\n", "1 " BAD_NAME, "" },
	{ "a:b x.org\n", "1 " BAD_NAME, "" },
	{ "a\n", "1 no pattern\n", "" },
	{ "a x..org\n", "1 " BAD_PATTERN, "" },
	{ "a Example.com\n", "1 " BAD_PATTERN, "" },
	{ "a b\303\274.de\n", "1 " BAD_PATTERN, "" },
	{ "a *.x.org\n", "1 " BAD_PATTERN, "" },
	{ "a mx:\n", "1 " BAD_PATTERN, "" },
	{ "a mx:*.\n", "1 " BAD_PATTERN, "" },
	{ "a mx:*x.org\n", "1 " BAD_PATTERN, "" },
	{ "a .\n", "1 " BAD_PATTERN, "" },
	{ "a host:x.org\n", "1 " BAD_PATTERN, "" },
	{ "a \"x.org\n", "1 quote not closed, or control byte\n", "" },
	{ "version 3\n", "1 version stands once, in the shipped lines\n", "" },
	{ "a x.org\nb x.org\n", "2 stands in line 1 already\n", "dx.org=1 a " },
};

/* those of the site, "KEY=DATA " each */
static const char *
own(const struct memtable *t)
{
	static struct buf b;
	size_t i;

	buf_clear(&b);
	for (i = 0; i < t->n; i++)
		if (strchr("dsmn", t->record[i].key[0]) != NULL)
			buf_printf(&b, "%s=%s ", t->record[i].key,
			    t->record[i].data);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

int
main(void)
{
	struct memtable t;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memtable_make(&t, &conffile_providers, cases[i].text);
		is_str(buf_data(&t.faults), cases[i].faults, cases[i].text);
		is_str(own(&t), cases[i].records, "its records");
		memtable_free(&t);
	}
	return done();
}
