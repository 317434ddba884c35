/* which rules apply to a grant */
#include "ledger/ledgermatch.h"
#include "tap.h"
#include <stdlib.h>

static struct ledgerconf conf;
static unsigned n_lines;
static int n_names;
static struct buf out;

static void
rule(const char *line)
{
	ok(ledgerconf_line(&conf, line, strlen(line), ++n_lines) == NULL, line);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* the names of a grant with these labels, sorted, with "; " between */
static const char *
names(const char *labels)
{
	static char all[LEDGERMATCH_RULES_MAX][LEDGERMATCH_NAME_MAX];
	struct ledger_rule *found[LEDGERMATCH_RULES_MAX];
	char line[8192];
	struct ledger_line l;
	int i, n;

	snprintf(line, sizeof line,
	    "led:grant\tat:1.000000\tmono:1\tg:1\trcpts:1\tbytes:1%s\tseq:1",
	    labels);
	if (ledgerline_parse(line, strlen(line), &l) == -1)
		return "no line";
	n = ledgermatch_rules(&conf, &l, found);
	if (n == -1)
		return "too many";
	for (i = 0; i < n; i++)
		ledgermatch_name(found[i], &l, all[i]);
	n_names = n;
	qsort(all, n, sizeof *all, by_text);
	buf_clear(&out);
	for (i = 0; i < n; i++)
		buf_printf(&out, "%s%s", i > 0 ? "; " : "", all[i]);
	buf_putc(&out, '\0');
	return buf_data(&out);
}

static void
begin(void)
{
	ledgerconf_free(&conf);
	ledgerconf_open(&conf);
}

static void
values(void)
{
	char labels[1024], want[1024];

	begin();
	rule("tenant:* conn=1");
	snprintf(labels, sizeof labels, "\ttenant:%0255d", 1);
	snprintf(want, sizeof want, "tenant:%0255d", 1);
	is_str(names(labels), want, "255 bytes count");
	snprintf(labels, sizeof labels, "\ttenant:%0255dx", 1);
	is_str(names(labels), want, "and no more");
}

/* of a deep domain each rule for what is above it */
static void
many(void)
{
	char line[4096], labels[4096];
	unsigned i, t;

	begin();
	/* two labels with 128 domains above them: each pair is a key */
	for (i = 0; i < 32; i++)
		for (t = 0; t < 16; t++) {
			snprintf(line, sizeof line,
			    "domain:.%.*s+user:.%.*s conn=1", 2 * (int)i + 1,
			    "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
			    "a.a.a.a.a.a.a",
			    2 * (int)t + 1, "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a");
			ledgerconf_line(&conf, line, strlen(line), 1);
		}
	snprintf(labels, sizeof labels, "\tdomain:%s\tuser:%s",
	    "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a",
	    "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a");
	names(labels);
	is_num(n_names, LEDGERMATCH_RULES_MAX, "512 rules");
	ledgerconf_line(&conf, "* conn=1", 8, 1);
	is_str(names(labels), "too many", "513");
}

int
main(void)
{
	begin();
	rule("* rate=1/s");
	rule("site:MX.a conn=3");
	rule("site:* rate=2/s");
	rule("site:.a rate=3/s");
	rule("user:.b rate=1/s");
	rule("via:p+tag:List=* rate=1/s");
	rule("tag:x=1+tenant:t cap=1/day");
	is_str(names("\tsite:mx.A"), "*; site:.a; site:mx.a; site:mx.a",
	    "of a site");
	is_str(names("\tsite:b"), "*; site:b; site:b", "the built-in one");
	is_str(names("\tsite:xa"), "*; site:xa; site:xa", "not below");
	is_str(names("\tuser:c@B"), "*; user:.b", "of an address its domain");
	is_str(names("\tuser:b@c"), "*", "not its name");
	is_str(names("\tvia:P\ttag:list=Z\ttag:list=y"), "*; via:p+tag:list=z",
	    "the first tag of a name");
	is_str(names("\tvia:p\ttag:list="), "*", "empty: not meant");
	is_str(names("\ttenant:t\ttag:X=1"), "*; tenant:t+tag:x=1",
	    "names of tags in any case");
	values();
	many();
	ledgerconf_free(&conf);
	buf_free(&out);
	return done();
}
