/* the file prohibited: read, and asked for addresses */
#include "memlookup.h"
#include "route/prohibited.h"
#include "tap.h"

static const char table[] = "bad@a.example  go away\n"
			    "to:Old@b.example has left us\n"
			    "from:@c.example\n"
			    "@.d.example no mail\n"
			    "from:@.x.d.example  none from here\n"
			    "@[192.0.2.1] not there\n"
			    "from:joe@d.example not joe\n";

static const struct {
	const char *address;
	unsigned to, from; /* the line, 0: none */
	const char *text;  /* of the last that there is */
} asked[] = {
	{ "bad@a.example", 1, 1, "go away" },
	{ "BAD@A.example", 1, 1, "go away" },
	{ "good@a.example", 0, 0, "" },
	{ "bad@x.a.example", 0, 0, "" },
	{ "old@b.example", 2, 0, "has left us" },
	{ "any@c.example", 0, 3, "this address is prohibited" },
	{ "any@x.c.example", 0, 0, "" },
	{ "any@d.example", 4, 4, "no mail" },
	{ "joe@d.example", 4, 7, "not joe" },
	{ "any@y.d.example", 4, 4, "no mail" },
	{ "any@y.x.d.example", 4, 5, "none from here" },
	{ "any@xd.example", 0, 0, "" },
	{ "any@[192.0.2.1]", 6, 6, "not there" },
	{ "bad", 0, 0, "" },
	{ "", 0, 0, "" },
};

static void
find(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_prohibited, table);
	struct prohibited p;
	struct address a;
	char text[80];
	size_t i;

	is_str(buf_data(&t.faults), "", "the table");
	for (i = 0; i < sizeof asked / sizeof *asked; i++) {
		if (address_set(&a, asked[i].address,
			strlen(asked[i].address)) == -1)
			memset(&a, 0, sizeof a);
		p.text = (struct slice){ "", 0 };
		is_num(prohibited_find(&l, PROHIBITED_TO, &a, &p) == 1 ? p.line
								       : 0,
		    asked[i].to, asked[i].address);
		is_num(prohibited_find(&l, PROHIBITED_FROM, &a, &p) == 1
			? p.line
			: 0,
		    asked[i].from, "as a sender");
		snprintf(text, sizeof text, "%.*s", (int)p.text.n, p.text.p);
		is_str(text, asked[i].text, "the text");
	}
	t.broken = 1;
	address_set(&a, "good@a.example", 14);
	is_num(prohibited_find(&l, PROHIBITED_TO, &a, &p), -1, "damaged");
	memtable_free(&t);
}

static const struct {
	const char *text, *faults;
} lines[] = {
	{ "to:a@b\nfrom:a@b\na@b\n", "" },
	{ "a@b\nA@B x\n", "2 stands in line 1 already\n" },
	{ "to:a@b\nto:@b\nto:@.b\n", "" },
	{ "a@\n",
	    "1 not an address: [to:|from:]USER@DOMAIN, @DOMAIN or @.DOMAIN\n" },
	{ "joe\n",
	    "1 not an address: [to:|from:]USER@DOMAIN, @DOMAIN or @.DOMAIN\n" },
	{ "cc:a@b\n",
	    "1 not an address: [to:|from:]USER@DOMAIN, @DOMAIN or @.DOMAIN\n" },
	{ "a@[IPv6:2001:db8::1]\nto:a@[IPv6:2001:db8::1]\n\"b:c\"@d\n", "" },
	{ "a@b x\ty\n", "1 control byte\n" },
};

static int
no_add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	(void)key;
	(void)kn;
	(void)data;
	(void)dn;
	++*(size_t *)arg;
	return 0;
}

static void
no_wrong(void *arg, const char *reason)
{
	(void)arg;
	is_str(reason, "too many lines", "what is wrong");
}

/* each limit and one above it */
static void
limits(void)
{
	size_t added = 0, n;
	const struct conffile_sink sink = { no_add, no_wrong, &added };
	char text[PROHIBITED_TEXT_MAX + 16], *state;
	struct memtable t;
	unsigned i;
	int len;

	for (n = PROHIBITED_TEXT_MAX; n <= PROHIBITED_TEXT_MAX + 1; n++) {
		snprintf(text, sizeof text, "a@b %0*d\n", (int)n, 0);
		memtable_make(&t, &conffile_prohibited, text);
		is_num(t.n, n == PROHIBITED_TEXT_MAX, "bytes of a text");
		memtable_free(&t);
	}
	state = calloc(1, conffile_prohibited.state_size);
	for (i = 1; i <= PROHIBITED_LINES_MAX + 1; i++) {
		len = snprintf(text, sizeof text, "%u@b", i);
		conffile_prohibited.line(state, text, (size_t)len, i, &sink);
	}
	is_num(added, PROHIBITED_LINES_MAX, "lines");
	conffile_prohibited.finish(state, &sink);
	free(state);
}

int
main(void)
{
	struct memtable t;
	size_t i;

	find();
	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_prohibited, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		memtable_free(&t);
	}
	limits();
	return done();
}
