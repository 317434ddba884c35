/* rules read by their text alone */
#include "ledger/ledgerconf.h"
#include "ledger/ledgerlimit.h"
#include "tap.h"

static struct ledgerconf conf;

/* a line into an empty set: what is wrong, or the text of its limits */
static const char *
limits(const char *line)
{
	static char out[4096];
	const char *bad;
	unsigned i;

	ledgerconf_free(&conf);
	ledgerconf_open(&conf);
	bad = ledgerconf_line(&conf, line, strlen(line), 7);
	if (bad != NULL)
		return bad;
	out[0] = '\0';
	for (i = 0; conf.first != NULL && i < conf.first->n_limits; i++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s",
		    i > 0 ? " " : "", conf.first->limit[i].text);
	return out;
}

static const char *
key(const char *line)
{
	const char *bad = limits(line);

	return conf.first == NULL ? bad : conf.first->key;
}

/* what a rate without a burst has */
static void
bursts(void)
{
	static const struct {
		const char *line, *text;
	} t[] = {
		{ "* rate=1/s", "rate=1/s,burst=1" },
		{ "* rate=2/s", "rate=2/s,burst=2" },
		{ "* rate=50/s", "rate=50/s,burst=3" },
		{ "* rate=1000/s", "rate=1000/s,burst=22" },
		{ "* rate=3600/h", "rate=3600/h,burst=1" },
		{ "* rate=3601/h", "rate=3601/h,burst=2" },
		{ "* rate=5/10m", "rate=5/10m,burst=1" },
		{ "* rcpt-rate=1/h", "rcpt-rate=1/h,burst=1" },
		{ "* rcpt-rate=70/s", "rcpt-rate=70/s,burst=70" },
		{ "* rcpt-rate=1000/s", "rcpt-rate=1000/s,burst=100" },
		{ "* byte-rate=1M/h", "byte-rate=1048576/h,burst=291" },
		{ "* byte-rate=3k/s", "byte-rate=3072/s,burst=3072" },
		{ "* byte-rate=1M/h burst=2G",
		    "byte-rate=1048576/h,burst=2147483648" },
		{ "* conn-rate=50/s", "conn-rate=50/s,burst=3" },
		{ "* rate=9/d burst=4", "rate=9/d,burst=4" },
		{ "* rate=20..80/s", "rate=20..80/s,burst=3" },
		{ "* conn-rate=1..2/m", "conn-rate=1..2/m,burst=1" },
	};
	unsigned i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(limits(t[i].line), t[i].text, t[i].line);
}

static void
lines(void)
{
	is_str(limits("site:a conn=3\tcap=5/hour  rcpt-cap=7/day@Etc/GMT+1"),
	    "conn=3 cap=5/hour rcpt-cap=7/day@Etc/GMT+1", "caps");
	is_str(limits("site:a conn=3 conn=2"), "conn=2", "the least");
	is_str(limits("site:a cap=5/hour cap=4/hour cap=6/hour@UTC"),
	    "cap=4/hour cap=6/hour@UTC", "of a cap, too");
	is_str(limits("site:a conn=5..50 conn=60"), "conn=5..50",
	    "a range, by its upper bound");
	is_num((long)conf.first->limit[0].n, 50, "which is what counts");
	is_str(limits("site:a byte-rate=1..2/s"), "not a rate",
	    "bytes have none");
	is_str(limits("site:a conn=none backoff=1..2 msgs-per-conn=3"), "",
	    "what counts nothing");
	ok(conf.first->says_conn && conf.first->of_site, "none is said");
	is_str(limits("# site:a conn=3"), "", "a comment");
	is_str(limits(" \t"), "", "an empty line");
	is_str(limits("site:a nonsense=1"), "a limit that is not known here",
	    "not known: it is not passed over");
	is_str(limits("site:a rate=0/s"), "not a rate", "none");
	is_str(limits("site:a rate=1/8d"), "not a rate", "eight days");
	is_str(limits("site:a cap=1/week"), "not a cap", "another span");
	is_str(limits("site:a burst=1"), "burst= is not behind a rate",
	    "a burst of nothing");
	is_str(limits("place:a conn=1"), "not a key", "another label");
	ledgerconf_line(&conf, "site:A rate=2/s conn=5", 22, 8);
	is_num(conf.first == NULL, 0, "a rule");
	ledgerconf_line(&conf, "SITE:a conn=4", 13, 9);
	ok(conf.first->next == NULL || conf.first->next->next == NULL,
	    "lines of one key");
}

static void
keys(void)
{
	char line[256];
	unsigned i;
	size_t n;

	is_str(key("tag:b=X+via:P+tag:a=*+site:.EX conn=1"),
	    "site:.ex+via:p+tag:a=*+tag:b=x", "parts in their order");
	is_str(key("* conn=1"), "*", "every job");
	is_num(conf.first->n_parts, 0, "without parts");
	key("tenant:t+site:s conn=1");
	ok(conf.first->of_site, "of a site");
	key("tenant:t+via:s conn=1");
	ok(!conf.first->of_site, "of none");
	for (i = 0, n = 0; i < LEDGERCONF_PARTS_MAX; i++)
		n += snprintf(line + n, sizeof line - n, "%stag:t%u=x",
		    i > 0 ? "+" : "", i);
	snprintf(line + n, sizeof line - n, " conn=1");
	is_str(limits(line), "conn=1", "15 parts");
	snprintf(line + n, sizeof line - n, "+via:v conn=1");
	is_str(limits(line), "not a key", "16 parts");
	for (i = 0, n = snprintf(line, sizeof line, "*");
	     i < LEDGERCONF_LIMITS_MAX; i++)
		n += snprintf(line + n, sizeof line - n, " rate=%u/h", i + 1);
	ok(strncmp(limits(line), "rate=1/h", 8) == 0, "16 limits");
	snprintf(line + n, sizeof line - n, " rate=17/h");
	is_str(limits(line), "more than 16 limits under one key", "17");
}

int
main(void)
{
	bursts();
	lines();
	keys();
	ledgerconf_free(&conf);
	return done();
}
