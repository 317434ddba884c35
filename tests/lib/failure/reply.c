/* which line of replies decides, by what, and what it says */
#include "failure/reply.h"
#include "memlookup.h"
#include "tap.h"

static const char table[] =
    "none host:.orange.fr text: too many connections\n"          /* 1 */
    "suspend=1h key=provider\tprovider:big esc:4.7.*\n"          /* 2 */
    "bounce host:mx.a code:450 text~/no (such|known) user/\n"    /* 3 */
    "hold failure:auth-failure,spam-content site:.a.example\n"   /* 4 */
    "defer  retry=10m code:554 text: try again | come * later\n" /* 5 */
    "suspend=2h via:pool1 phase:greeting\n"                      /* 6 */
    "retry=5m site:b.example\n"                                  /* 7 */
    "retry=6m provider:none code:471\n"                          /* 8 */
    "retry=7m text~/^471 x.*y$/\n";                              /* 9 */

static const struct {
	const char *host, *site, *provider, *via, *class, *esc, *phase;
	unsigned code;
	const char *text;
	unsigned line;
	const char *does;
} cases[] = {
	{ "mx.a", "", "", "", "other", "", "", 450, "450 nothing", 0, "" },
	{ "mx.a", "", "", "", "other", "", "", 450, "450 No KNOWN user", 3,
	    "bounce" },
	{ "mx.b", "", "", "", "other", "", "", 450, "450 no such user", 0, "" },
	{ "smtp-in.orange.fr", "", "", "", "rate-limited", "", "", 421,
	    "too many connections, slow down", 1, "none" },
	{ "mx.big", "", "big", "", "other", "4.7.1", "", 450, "x", 2,
	    "suspend=1h key=provider" },
	{ "mx.big", "", "BIG", "", "other", "4.7.1", "", 450, "x", 2,
	    "suspend=1h key=provider" },
	{ "mx.big", "", "bigger", "", "other", "4.7.1", "", 450, "x", 0, "" },
	{ "mx", "x.a.example", "", "", "spam-content", "", "", 550, "x", 4,
	    "hold" },
	{ "mx", "a.example", "", "", "auth-failure", "", "", 550, "x", 4,
	    "hold" },
	{ "mx", "aa.example", "", "", "auth-failure", "", "", 550, "x", 0, "" },
	{ "mx", "", "", "", "other", "", "", 554, "please come back later", 5,
	    "defer retry=10m" },
	{ "mx", "", "", "", "other", "", "", 550, "please come back later", 0,
	    "" },
	{ "mx", "", "", "pool1", "other", "", "greeting", 554, "go", 6,
	    "suspend=2h" },
	{ "mx", "", "", "pool2", "other", "", "greeting", 554, "go", 0, "" },
	{ "mx", "b.example", "", "", "other", "", "", 554, "x", 7, "retry=5m" },
	{ "mx", "", "", "", "other", "", "", 471, "x", 8, "retry=6m" },
	{ "mx", "", "p", "", "other", "", "", 471, "471 x\r\n\1 z Y", 9,
	    "retry=7m" },
	/* those that are shipped */
	{ "mta5.am0.yahoodns.net", "", "yahoo", "", "rate-limited", "4.7.0",
	    "greeting", 421,
	    "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred",
	    FAILURE_SHIPPED_AT, "backoff=5m..2h key=provider+src" },
	/* of one recipient who gets too much, and of one domain */
	{ "gmail-smtp-in.l.google.com", "", "gmail", "", "rate-limited",
	    "4.2.1", "rcpt", 450,
	    "450 4.2.1 The user you are trying to contact is receiving mail "
	    "too quickly",
	    0, "" },
	{ "gmail-smtp-in.l.google.com", "", "gmail", "", "rate-limited",
	    "4.7.28", "dot", 421,
	    "an unusual rate of unsolicited mail originating from your DKIM "
	    "domain",
	    0, "" },
	{ "gmail-smtp-in.l.google.com", "", "gmail", "", "rate-limited",
	    "4.7.28", "dot", 421,
	    "an unusual rate of unsolicited mail originating from your IP "
	    "address",
	    FAILURE_SHIPPED_AT, "backoff=5m..1h key=provider+src" },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static int
look(const struct lookup *l, size_t i, struct replyregex *x, struct reply *r)
{
	struct failure f = { .code = cases[i].code };
	struct reply_facts facts = { slice(cases[i].text), slice(cases[i].host),
		slice(cases[i].site), slice(cases[i].provider),
		slice(cases[i].via), &f };

	strcpy(f.class, cases[i].class);
	strcpy(f.esc, cases[i].esc);
	strcpy(f.phase, cases[i].phase);
	return reply_look(l, &facts, x, r);
}

/* more different ones than are kept, as tables come and go */
static void
many(struct replyregex *x)
{
	struct memtable t;
	struct lookup l;
	struct reply r;
	char text[80];
	unsigned i, held = 0;

	for (i = 0; i < 2 * REPLYFILE_REGEX_MAX + 2; i++) {
		snprintf(text, sizeof text, "bounce text~/nothing|x%u/\n", i);
		l = memtable_make(&t, &conffile_replies, text);
		held += look(&l, 0, x, &r) == 0 && r.line == 1;
		memtable_free(&t);
	}
	is_num(held, i, "each expression is the one of its line");
	ok(x->n <= REPLYFILE_REGEX_MAX, "and no more are kept than may be");
}

int
main(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_replies, table);
	struct replyregex x = { .n = 0 };
	struct reply r;
	char does[80];
	unsigned line;
	size_t i;

	is_str(buf_data(&t.faults), "", "the table has no faults");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(look(&l, i, &x, &r), 0, cases[i].text);
		line =
		    r.line > FAILURE_SHIPPED_AT ? FAILURE_SHIPPED_AT : r.line;
		is_num(line, cases[i].line, "line");
		snprintf(does, sizeof does, "%.*s", (int)r.does.n, r.does.p);
		is_str(does, cases[i].does, "what it does");
	}
	is_num(look(&l, 1, NULL, &r), 0, "without expressions");
	is_num(r.line, 0, "theirs do not hold");
	t.broken = 1;
	is_num(look(&l, 1, &x, &r), -1, "a damaged table");
	is_num(r.line, 0, "no line of it holds");
	memtable_free(&t);
	many(&x);
	replyregex_free(&x);
	return done();
}
