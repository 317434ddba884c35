/* a line of the file pools */
#include "route/poolline.h"
#include "tap.h"

static const struct {
	const char *line;
	const char *fault; /* NULL: name=source ip ip6 helo weight sticky spill
			      socks login proxy words */
	const char *is;
} cases[] = {
	{ "a", NULL, "a=a - - - 1 - - - - - 0" },
	{ "a source=192.0.2.1", NULL,
	    "a=192.0.2.1 192.0.2.1 - - 1 - - - - - 1" },
	{ "a source=2001:db8::1,192.0.2.1 helo=h.example weight=0", NULL,
	    "a=192.0.2.1 192.0.2.1 2001:db8::1 h.example 0 - - - - - 3" },
	{ "a helo=h.example", NULL, "a=h.example - - h.example 1 - - - - - 1" },
	{ "a name=x weight=1000000", NULL, "a=x - - - 1000000 - - - - - 2" },
	{ "a sticky=from spill=b", NULL, "a=a - - - 1 from b - - - 0" },
	{ "a choose=least", NULL, "a=a - - - 1 least - - - - 0" },
	{ "a sticky=tag:x", NULL, "a=a - - - 1 tag:x - - - - 0" },
	{ "a socks=192.0.2.1:1080 socks-login=l", NULL,
	    "a=a - - - 1 - - 192.0.2.1/1080/192.0.2.1 l - 2" },
	{ "a proxy=192.0.2.1:25 source=192.0.2.2", NULL,
	    "a=192.0.2.2 192.0.2.2 - - 1 - - - - 192.0.2.1/25/192.0.2.1 2" },
	{ "", "not a name", NULL },
	{ "a/b", "not a name", NULL },
	{ "local", "local is the label", NULL },
	{ "a b", "want WORD=VALUE", NULL },
	{ "a b=c", "unknown word", NULL },
	{ "a source=x", "not an IP", NULL },
	{ "a source=192.0.2.1,192.0.2.2", "one IPv4", NULL },
	{ "a weight=1000001", "weight= is not", NULL },
	{ "a weight=", "", NULL },
	{ "a weight=1 weight=2", "weight=", NULL },
	{ "a helo=h/h", "helo= is not", NULL },
	{ "a name=x/y", "name= wants", NULL },
	{ "a sticky=x", "sticky= is tenant", NULL },
	{ "a sticky=tag:", "sticky= is tenant", NULL },
	{ "a choose=most", "choose= is least", NULL },
	{ "a spill=x/y", "spill= is not", NULL },
	{ "a socks=x", "socks= and proxy= want", NULL },
	{ "a socks=192.0.2.1:1 proxy=192.0.2.1:1 source=192.0.2.2", "one relay",
	    NULL },
	{ "a socks-login=l", "without socks=", NULL },
	{ "a proxy=192.0.2.1:25", "without source=", NULL },
	{ "a \"b", "quote not closed", NULL },
};

static const char *
dash(const char *s)
{
	return *s == '\0' ? "-" : s;
}

int
main(void)
{
	char name[WORD_NAME_MAX + 1], why[WORD_TWICE_MAX], is[8192];
	const char *fault, *line;
	struct poolline l;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		line = cases[i].line;
		fault = poolline_read(line, line + strlen(line), name, &l, why);
		if (cases[i].fault != NULL) {
			ok(fault != NULL &&
				strstr(fault, cases[i].fault) != NULL,
			    line);
			continue;
		}
		snprintf(is, sizeof is, "%s=%s %s %s %s %u %s %s %s %s %s %u",
		    name, l.name, dash(l.ip), dash(l.ip6), dash(l.helo),
		    (unsigned)l.weight, dash(l.sticky), dash(l.spill),
		    dash(l.socks), dash(l.login), dash(l.proxy), l.words);
		is_str(fault == NULL ? is : fault, cases[i].is, line);
	}
	return done();
}
