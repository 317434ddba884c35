/* TRANSPORT:NEXTHOP of Postfix as actions of routes */
#include "import/postfixhop.h"
#include "imported.h"

static struct postfixhop_site site;

static struct slice
of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
is(const char *value, const char *own, const char *want)
{
	struct buf b = { 0 };
	const char *bad =
	    postfixhop_action(&site, &imported, &b, of(value), of(own));

	is_str(bad != NULL ? "-" : imported_string(&b), want, value);
	buf_free(&b);
}

int
main(void)
{
	is(":", "", "via:default");
	is("smtp:", "", "mx");
	is("relay:", "", "mx");
	is("smtp", "", "mx");
	is("SMTP:[a.example]", "", "host:a.example");
	is(":[a.example]", "", "host:a.example");
	is("smtp:[a.example]:587", "", "host:a.example:587");
	is("smtp:[a.example]:submission", "", "host:a.example:587");
	is("smtp:[192.0.2.1]:25", "", "host:[192.0.2.1]:25");
	is("smtp:[ipv6:2001:db8::1]", "", "host:[2001:db8::1]");
	is("smtp:[2001:db8::1]:26", "", "host:[2001:db8::1]:26");
	is("smtp:[a.example], [b.example]:26", "",
	    "host:a.example,b.example:26");
	is("smtp:a.example", "a.example", "mx");
	is("smtp:A.example", "a.example", "mx");
	is("smtp:a.example", "", "-");
	is("smtp:[a.example],b.example", "", "-");
	is("smtp:[a.example", "", "-");
	is("smtp:[a.example]x", "", "-");
	is("smtp:[a.example]:0", "", "-");
	is("smtp:[a.example]:nothing", "", "-");
	is("smtp:[]", "", "-");
	is("local:", "", "local");
	is("local:$myhostname", "", "local");
	is("discard:", "", "discard");
	is("error:5.1.1 gone away", "", "reject:\"gone away\"");
	is("error:gone", "", "reject:gone");
	is("error:", "", "reject:\"user unknown\"");
	is("error:5 things", "", "reject:\"5 things\"");
	is("retry:4.7.1 later", "", "defer:later");
	is("lmtp:unix:private/lmtp", "",
	    "lmtp:/var/spool/postfix/private/lmtp");
	is("lmtp:unix:/run/lmtp", "", "lmtp:/run/lmtp");
	is("lmtp:unix:", "", "-");
	is("lmtp:inet:[192.0.2.1]:2424", "", "lmtp:[192.0.2.1]:2424");
	is("lmtp:inet:a.example:lmtp", "", "lmtp:a.example:24");
	is("lmtp:[192.0.2.1]", "", "lmtp:[192.0.2.1]:24");
	is("lmtp:a.example", "", "lmtp:a.example:24");
	is("lmtp:", "", "-");
	is("virtual:", "", "-");
	is("slow:[a.example]", "", "-");
	site.clone[site.clones++] = "slow";
	is("slow:[a.example]", "", "host:a.example via:slow");
	is("slow:", "", "mx via:slow");
	site.names_are_hosts = 1;
	is("smtp:a.example", "", "host:a.example");
	is("smtp:a.example:26", "", "host:a.example:26");
	is("smtp:192.0.2.1", "", "host:[192.0.2.1]");
	imported_begin();
	imported_end();
	return done();
}
