/* PowerMTA: blocks, and what its lines become */
#include "import/pmta.h"
#include "imported.h"

static void
is(const char *text, int broken, const char *left)
{
	struct pmta p = { .import = &imported };

	imported_begin();
	is_num(pmta_read(&p, "f", text, strlen(text)), broken ? -1 : 0, text);
	pmta_finish(&p);
	is_num(imported.broken, broken, "broken");
	imported_left(left, "and left out");
}

static void
blocks(void)
{
	is("", 0, "");
	is("# a\n\n  <domain a>\n  </domain>\n", 0, "");
	is("<domain a>\n", 1, "f:1: a block that is not closed: domain|");
	is("<domain a\n", 1, "f:1: a block without its >: <domain a|");
	is("</domain>\n", 1, "f:1: no such block is open: </domain>|");
	is("<domain a>\n</virtual-mta>\n", 1,
	    "f:2: no such block is open: </virtual-mta>|");
	is("<>\n", 1, "f:1: a block without its >: <>|");
	is("<source x>\nlog yes\n<y>\nz\n</y>\n</source>\n", 0,
	    "f:1: what stands in this block: <source x>|"
	    "f:3: what stands in this block: <y>|");
	is("run-as-root no\ninclude other\n", 0,
	    "f:1: no file of ours says this: run-as-root no|"
	    "f:2: name this file on the command line, too: include other|");
	is("<domain 1>\n<domain 2>\n<domain 3>\n<domain 4>\n<domain 5>\n"
	   "<domain 6>\n<domain 7>\n<domain 8>\n</domain>\n</domain>\n"
	   "</domain>\n</domain>\n</domain>\n</domain>\n</domain>\n</domain>\n",
	    0, "");
	is("<domain 1>\n<domain 2>\n<domain 3>\n<domain 4>\n<domain 5>\n"
	   "<domain 6>\n<domain 7>\n<domain 8>\n<domain 9>\n",
	    1, "f:9: blocks too deep: <domain 9>|");
}

static void
pools(void)
{
	is("<virtual-mta a>\nhost-name h.example\nsmtp-source-host 192.0.2.1\n"
	   "</virtual-mta>\n<virtual-mta b>\n"
	   "smtp-source-host 192.0.2.2 b.example\n"
	   "smtp-source-host 2001:db8::2\nmax-x 1\n</virtual-mta>\n"
	   "<virtual-mta-pool p>\nvirtual-mta a\nvirtual-mta b\n"
	   "virtual-mta c\n</virtual-mta-pool>\n",
	    0, "f:8: of a source pools has no such word: max-x|");
	imported_is(IMPORT_POOLS,
	    "default name=default|"
	    "a name=a source=192.0.2.1 helo=h.example|"
	    "b name=b source=192.0.2.2,2001:db8::2 helo=b.example|"
	    "p name=a source=192.0.2.1 helo=h.example|"
	    "p name=b source=192.0.2.2,2001:db8::2 helo=b.example|p name=c|",
	    "pools");
	is("<virtual-mta a>\nsmtp-source-host 192.0.2.1 a\n"
	   "smtp-source-host 192.0.2.2 b\n</virtual-mta>\n",
	    0,
	    "f:2: more addresses than a source has, or none that is one: a|");
	is("<mx-rollup-list x>\nmx *.a.example a.rollup\n"
	   "domain b.example a.rollup\nip 1 a\n</mx-rollup-list>\n"
	   "<domain a.rollup>\nmax-smtp-out 3\nretry-after 5m\n</domain>\n",
	    0,
	    "f:4: neither mx nor domain, with a name: 1 a|"
	    "f:8: retry knows no providers: retry-after 5m|");
	imported_is(IMPORT_PROVIDERS,
	    "a.rollup mx:.a.example|a.rollup b.example|", "providers");
	imported_is(IMPORT_THROTTLE, "provider:a.rollup+src:* conn=3|",
	    "a limit of a provider");
}

static void
domains(void)
{
	is("domain-macro m a.example,b.example\n<domain $m>\nmax-smtp-out 5\n"
	   "</domain>\n<domain [*.]c.example>\nmax-msg-rate 100/h\n"
	   "max-connect-rate 5/m\nmax-msg-per-connection 0\n</domain>\n"
	   "<domain *>\nmax-smtp-out unlimited\nmax-msg-rate x\n"
	   "backoff-max-msg-rate 5/h\nuse-starttls yes\n</domain>\n",
	    0,
	    "f:12: no number, or no rate: max-msg-rate x|"
	    "f:13: who has asked for it is left alone for a time, not sent to "
	    "more slowly: backoff-max-msg-rate 5/h|"
	    "f:14: no file of ours says this of a domain: use-starttls yes|");
	imported_is(IMPORT_THROTTLE,
	    "domain:a.example+src:* conn=5|domain:b.example+src:* conn=5|"
	    "domain:.c.example+src:* rate=100/h|"
	    "domain:.c.example+src:* conn-rate=5/m|",
	    "limits");
	is("<domain *>\nbounce-after 4d12h\nretry-after 10m,1h\n</domain>\n"
	   "<domain a>\nretry-after 5m\n</domain>\n<domain b>\n"
	   "bounce-after soon\n</domain>\n<virtual-mta v>\n<domain a>\n"
	   "retry-after 7m\nmax-smtp-out 2\n</domain>\n</virtual-mta>\n",
	    0,
	    "f:9: no time: bounce-after soon|"
	    "f:13: for one source alone: retry-after 7m|");
	imported_is(IMPORT_RETRY,
	    "domain:a intervals=5m|lifetime=108h intervals=10m,1h|", "retry");
	imported_is(IMPORT_THROTTLE, "domain:a+src:v conn=2|", "of a source");
	is("<domain *>\nroute [192.0.2.1]:26\n</domain>\n<domain a>\n"
	   "type discard\n</domain>\n<domain b>\ntype pipe\n</domain>\n"
	   "<domain [*.]c>\nroute h.example,[i.example]\n</domain>\n",
	    0, "f:8: routes knows no such type: type pipe|");
	imported_is(IMPORT_ROUTES,
	    "to:@a discard|to:@.c host:h.example,i.example|"
	    "to:* host:[192.0.2.1]:26|",
	    "routes: the widest last");
}

static void
replies(void)
{
	static const char patterns[] =
	    "<smtp-pattern-list l>\nreply /a b/ mode=backoff\n"
	    "reply /(?=x)/ mode=backoff\nreply /c/ skip-mx\nreply x y\n"
	    "</smtp-pattern-list>\n";
	struct buf b = { 0 };

	is(patterns, 0,
	    "f:2: no domain names this list: reply /a b/ mode=backoff|"
	    "f:3: no domain names this list: reply /(?=x)/ mode=backoff|"
	    "f:4: no domain names this list: reply /c/ skip-mx|"
	    "f:5: no domain names this list: reply x y|");
	buf_printf(&b,
	    "%s<domain *>\nsmtp-pattern-list l\nbackoff-retry-after 1m\n"
	    "</domain>\n",
	    patterns);
	is(imported_string(&b), 0,
	    "f:8: backoff is slower there; here it is left alone for a time, "
	    "and twice that the next time: l|"
	    "f:3: a group that looks around, or sets something: (?=x)|"
	    "f:4: replies has no such action: reply /c/ skip-mx|"
	    "f:5: not reply /EXPRESSION/: reply x y|");
	imported_is(IMPORT_REPLIES, "backoff=1m..8m key=site+src text~/a b/|",
	    "replies");
	buf_free(&b);
	is("<domain a>\nsmtp-pattern-list l\n</domain>\n<domain *>\n"
	   "smtp-pattern-list l\n</domain>\n",
	    0,
	    "f:2: replies knows providers, but not domains: a|"
	    "f:5: no such list is there: l|");
	is("<bounce-category-patterns>\n/no such user/ bad-mailbox\n"
	   "/x/ mine\n/a+/ other\nx other\n</bounce-category-patterns>\n",
	    0,
	    "f:3: no class is like this category: /x/ mine|"
	    "f:4: not words alone, and classes knows no expressions: /a+/ "
	    "other|"
	    "f:5: not /EXPRESSION/ CATEGORY: x other|");
	imported_is(IMPORT_CLASSES, "unknown-user text: no such user|",
	    "classes");
}

static void
many(void)
{
	struct pmta p = { .import = &imported };
	struct buf b = { 0 };
	unsigned i;

	imported_begin();
	buf_puts(&b, "<domain a>\n");
	for (i = 0; i <= PMTA_LINES_MAX; i++)
		buf_puts(&b, "max-smtp-out 1\n");
	buf_puts(&b, "</domain>\n");
	pmta_read(&p, "f", buf_data(&b), buf_len(&b));
	is_num((long long)pmta_lines(&p), PMTA_LINES_MAX, "so many lines");
	imported_left("f:10002: too many lines: max-smtp-out 1|",
	    "and one more");
	pmta_finish(&p);
	buf_free(&b);
}

int
main(void)
{
	blocks();
	pools();
	domains();
	replies();
	many();
	imported_end();
	return done();
}
