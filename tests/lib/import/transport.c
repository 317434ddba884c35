/* the table transport of Postfix as rules of routes: their order, domains below
 * others, and senders behind them */
#include "import/transport.h"
#include "imported.h"
#include <stdlib.h>

static const struct postfixhop_site site;

static void
is(const char *transport, const char *senders, const char *want,
    const char *left)
{
	struct maptable t = { .files = 0 }, s = { .files = 0 };

	imported_begin();
	maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "t",
	    transport, strlen(transport));
	maptable_read(&s, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "s",
	    senders, strlen(senders));
	transport_import(&imported, &t, &s, &site);
	imported_is(IMPORT_ROUTES, want, transport);
	imported_left(left, "and left out");
	maptable_free(&t);
	maptable_free(&s);
}

/* an expression counts where its file stands, but always before domains */
static void
expressions(void)
{
	static const char re[] = "/@(a|b)\\.example$/ smtp:[192.0.2.1]\n"
				 "/@c\\.example$/ smtp:c.example\n"
				 "/^(x)@d$/ smtp:[$1]\n/x/ smtp:\n/@e$/\n";
	static const char plain[] = "a.example :\nx@a.example discard:\n"
				    "x@f discard:\n";
	struct maptable t = { .files = 0 }, none = { .files = 0 };

	imported_begin();
	maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_REGEX, "r", re,
	    sizeof re - 1);
	maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "t", plain,
	    sizeof plain - 1);
	transport_import(&imported, &t, &none, &site);
	imported_is(IMPORT_ROUTES,
	    "to:@a.example host:[192.0.2.1]|to:@b.example host:[192.0.2.1]|"
	    "to:@c.example mx|to:x@a.example discard|to:x@f discard|"
	    "to:@a.example via:default|",
	    "in their order");
	imported_left("r:3: a value with $: smtp:[$1]|"
		      "r:4: this expression is none of those that routes can "
		      "say: x/|r:5: no value: @e$/|",
	    "what cannot be said");
	maptable_free(&t);
}

/* so many senders are repeated for a domain, and one more are not */
static void
many(void)
{
	struct maptable t = { .files = 0 }, s = { .files = 0 };
	struct buf text = { 0 };
	unsigned n, i;

	for (n = TRANSPORT_SENDERS_MAX; n <= TRANSPORT_SENDERS_MAX + 1; n++) {
		imported_begin();
		buf_clear(&text);
		for (i = 0; i < n; i++)
			buf_printf(&text, "@s%u.example [h.example]\n", i);
		maptable_read(&t, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "t",
		    "a.example :\n", 12);
		maptable_read(&s, &imported, IMPORT_ROUTES, MAPTABLE_EXACT, "s",
		    buf_data(&text), buf_len(&text));
		transport_import(&imported, &t, &s, &site);
		is_num(imported.out[IMPORT_ROUTES].said,
		    n == TRANSPORT_SENDERS_MAX ? 2 * n + 2 : n + 2, "rules");
		is_num((long long)imported.left, n > TRANSPORT_SENDERS_MAX,
		    "told");
		maptable_free(&t);
		maptable_free(&s);
		memset(&t, 0, sizeof t);
		memset(&s, 0, sizeof s);
	}
	buf_free(&text);
}

int
main(void)
{
	is("", "", "", "");
	is("b.example discard:\nx@b.example :[h.example]\n", "",
	    "to:x@b.example host:h.example|to:@b.example discard|", "");
	is("* smtp:\n.a discard:\na :\n", "",
	    "to:@a via:default|to:@.a discard|to:* mx|", "");
	is(".a.b discard:\n", "", "to:@a.b via:default|to:@.a.b discard|", "");
	is(".a.b discard:\n* smtp:\n", "",
	    "to:@a.b mx|to:@.a.b discard|to:* mx|", "");
	is(".b smtp:\n.a.b discard:\n", "",
	    "to:@a.b mx|to:@.a.b discard|to:@b via:default|to:@.b mx|", "");
	is("@a discard:\nx@b virtual:\n", "", "",
	    "t:1: Postfix does not look for @domain here: @a|"
	    "t:2: what this transport is stands in master.cf; -t says that it "
	    "is like smtp: virtual:|");
	is("a :\nb smtp:\n",
	    "@s [h.example]\nx@s DUNNO\n@u h.example\nv [h.example]\n",
	    "to:@a from:x@s via:default|to:@a from:@s host:h.example|"
	    "to:@a via:default|to:@b mx|to:<local> via:default|"
	    "from:x@s via:default|from:@s host:h.example|",
	    "s:4: not user@domain or @domain: [h.example]|"
	    "s:3: the MX of another domain; -H says that names without "
	    "brackets are hosts: h.example|");
	expressions();
	many();
	imported_end();
	return done();
}
