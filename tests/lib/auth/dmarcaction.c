/* what is done with a message that fails DMARC: policies by the table */
#include "auth/dmarcaction.h"
#include "base/exit.h"
#include "conf/word.h"
#include "cdbfile.h"
#include "says.h"
#include "tap.h"
#include <sys/stat.h>

static char dir[] = "/tmp/dmarcaction.XXXXXX";

/* a message: what its judgement came to */
struct message {
	const char *from;       /* its domain; NULL: none */
	enum dmarc_policy asks; /* that domain */
	const char *mentions[3];
	enum dmarc_policy they_ask[3];
	const char *sealed; /* by, with a chain that passes */
	unsigned passes : 1, testing : 1, more : 1, broken : 1;
};

#define NONE DMARC_P_NONE
#define QUARANTINE DMARC_P_QUARANTINE
#define REJECT DMARC_P_REJECT

/* ACTION HOLD: DISPOSITION POLICY of DOMAIN, OVERRIDE */
static const struct {
	const char *name, *conf; /* NULL: there is no table */
	struct message m;
	const char *done;
} cases[] = {
	{ "no table", NULL, { .from = "a.test", .asks = REJECT },
	    "report 259200: none reject of a.test, local_policy" },
	{ "an empty one", "", { .from = "a.test", .asks = REJECT },
	    "report 259200: none reject of a.test, local_policy" },
	{ "a policy of none", "dmarc-reject reject\ndmarc-quarantine reject",
	    { .from = "a.test", .asks = NONE },
	    "report 259200: none none of a.test, " },
	{ "reject is rejected", "dmarc-reject reject",
	    { .from = "a.test", .asks = REJECT },
	    "reject 259200: reject reject of a.test, " },
	{ "reject is tagged", "dmarc-reject tag",
	    { .from = "a.test", .asks = REJECT },
	    "tag 259200: quarantine reject of a.test, local_policy" },
	{ "reject is put off", "dmarc-reject hold\nhold 1h",
	    { .from = "a.test", .asks = REJECT },
	    "hold 3600: quarantine reject of a.test, local_policy" },
	{ "reject is reported", "dmarc-reject report",
	    { .from = "a.test", .asks = REJECT },
	    "report 259200: none reject of a.test, local_policy" },
	{ "each by its own line", "dmarc-reject reject\ndmarc-quarantine tag",
	    { .from = "a.test", .asks = QUARANTINE },
	    "tag 259200: quarantine quarantine of a.test, " },
	{ "and there may be none", "dmarc-reject reject",
	    { .from = "a.test", .asks = QUARANTINE },
	    "report 259200: none quarantine of a.test, local_policy" },
	{ "quarantine is rejected", "dmarc-quarantine reject",
	    { .from = "a.test", .asks = QUARANTINE },
	    "reject 259200: reject quarantine of a.test, local_policy" },
	{ "one that only tries it", "dmarc-reject reject\ndmarc-quarantine tag",
	    { .from = "a.test", .asks = REJECT, .testing = 1 },
	    "tag 259200: quarantine quarantine of a.test, " },
	{ "one that passes", "dmarc-reject reject",
	    { .from = "a.test", .asks = REJECT, .passes = 1 },
	    "report 0: none none of , " },

	{ "an excepted domain", "dmarc-reject reject\nexcept a.test",
	    { .from = "A.test", .asks = REJECT },
	    "report 259200: none reject of A.test, "
	    "local_policy: this domain is excepted" },
	{ "another is not", "dmarc-reject reject\nexcept b.test",
	    { .from = "a.test", .asks = REJECT },
	    "reject 259200: reject reject of a.test, " },
	{ "one below it", "dmarc-reject reject\nexcept .test",
	    { .from = "a.test", .asks = REJECT },
	    "report 259200: none reject of a.test, "
	    "local_policy: this domain is excepted" },

	{ "a chain that is believed", "dmarc-reject reject\ntrust l.test",
	    { .from = "a.test", .asks = REJECT, .sealed = "l.test" },
	    "report 259200: none reject of a.test, "
	    "trusted_forwarder: arc=pass" },
	{ "one of another", "dmarc-reject reject\ntrust l.test",
	    { .from = "a.test", .asks = REJECT, .sealed = "m.test" },
	    "reject 259200: reject reject of a.test, " },
	{ "one that does not pass", "dmarc-reject reject\ntrust l.test",
	    { .from = "a.test",
		.asks = REJECT,
		.sealed = "l.test",
		.broken = 1 },
	    "reject 259200: reject reject of a.test, " },

	{ "no domain in From", "dmarc-reject reject", { .from = NULL },
	    "report 259200: none none of , " },
	{ "is what the table says", "dmarc-permerror tag", { .from = NULL },
	    "tag 259200: quarantine none of , local_policy" },
	{ "which may be to report", "dmarc-permerror report", { .from = NULL },
	    "report 259200: none none of , " },
	{ "the strictest of several", "dmarc-reject reject",
	    { .mentions = { "a.test", "b.test", "c.test" },
		.they_ask = { NONE, REJECT, QUARANTINE } },
	    "reject 259200: reject reject of b.test, " },
	{ "the first of them", "dmarc-quarantine tag",
	    { .mentions = { "a.test", "b.test" },
		.they_ask = { QUARANTINE, QUARANTINE } },
	    "tag 259200: quarantine quarantine of a.test, " },
	{ "the strictest that is not excepted",
	    "dmarc-reject reject\ndmarc-quarantine tag\nexcept b.test",
	    { .mentions = { "a.test", "b.test" },
		.they_ask = { QUARANTINE, REJECT } },
	    "tag 259200: quarantine quarantine of a.test, " },
	{ "all are excepted", "dmarc-reject reject\nexcept .test",
	    { .mentions = { "a.test", "b.test" },
		.they_ask = { QUARANTINE, REJECT } },
	    "report 259200: none reject of b.test, "
	    "local_policy: this domain is excepted" },
	{ "more than were asked", "dmarc-reject reject\nexcept .test",
	    { .mentions = { "a.test" }, .they_ask = { NONE }, .more = 1 },
	    "reject 259200: reject reject of , " },
};

/* "damaged": see main() */
static void
write_table(const char *conf)
{
	if (conf == NULL)
		return;
	if (strcmp(conf, "damaged") == 0)
		cdbfile_bytes(dir, "auth", conf, strlen(conf));
	else
		cdbfile(dir, &conffile_auth, conf);
}

static void
judged(struct judge *j, const struct message *m)
{
	unsigned i;

	j->author.how = m->from != NULL ? AUTHOR_FOUND : AUTHOR_DOMAINS;
	if (m->from != NULL)
		strcpy(j->author.domain, m->from);
	j->dmarc.found.result = m->passes ? DMARC_PASS : DMARC_FAIL;
	j->dmarc.found.policy = m->asks;
	j->dmarc.found.testing = m->testing;
	for (i = 0; i < 3 && m->mentions[i] != NULL; i++) {
		strcpy(j->author.mention.domain[i], m->mentions[i]);
		j->mentioned[i] = m->they_ask[i];
	}
	j->author.mention.n = i;
	j->author.mention.more = m->more;
	if (m->sealed == NULL)
		return;
	j->dkim.arc.result = m->broken ? DKIM_FAIL : DKIM_PASS;
	j->dkim.arc.domain = m->sealed;
	j->dkim.arc.domain_len = strlen(m->sealed);
}

static void
decide(const void *message)
{
	static struct dmarcaction table;
	static struct judge j;
	struct authresult_end end;
	enum auth_action a;
	unsigned hold_s;

	judged(&j, message);
	dmarcaction_open(&table, dir);
	a = dmarcaction_decide(&table, &j, &end, &hold_s);
	dprintf(2, "%s %u: %s %s of %s, %s", auth_word(a), hold_s,
	    end.disposition, dmarc_policy_word(end.policy), end.domain,
	    end.override);
}

/* each has its own table; one that was not opened is empty */
static void
two(const void *message)
{
	static struct dmarcaction table, none;
	static struct judge j;
	struct authresult_end end;
	unsigned hold_s;

	judged(&j, message);
	dmarcaction_open(&table, dir);
	dprintf(2, "%s, ",
	    auth_word(dmarcaction_decide(&table, &j, &end, &hold_s)));
	dprintf(2, "%s",
	    auth_word(dmarcaction_decide(&none, &j, &end, &hold_s)));
}

static void
sealed_by(size_t n, const char *name)
{
	char domain[DNSQ_NAME_MAX + 2], want[128];
	struct message m = {
		.from = "a.test", .asks = REJECT, .sealed = domain
	};
	int status;

	/* below the one that is believed */
	memset(domain, 'x', sizeof domain);
	memcpy(domain + n - 7, ".l.test", 8);
	write_table("dmarc-reject reject\ntrust .l.test");
	snprintf(want, sizeof want, "%s 259200: %s reject of a.test, %s",
	    n > WORD_DOMAIN_MAX ? "reject" : "report",
	    n > WORD_DOMAIN_MAX ? "reject" : "none",
	    n > WORD_DOMAIN_MAX ? "" : "trusted_forwarder: arc=pass");
	is_str(says(decide, &m, &status), want, name);
}

int
main(void)
{
	static const struct message rejected = { .from = "a.test",
		.asks = REJECT };
	char path[64], want[200];
	size_t i;
	int status, fd;

	if (mkdtemp(dir) == NULL)
		return 111;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_table(cases[i].conf);
		is_str(says(decide, &cases[i].m, &status), cases[i].done,
		    cases[i].name);
	}
	sealed_by(WORD_DOMAIN_MAX, "a seal of the longest name");
	sealed_by(WORD_DOMAIN_MAX + 1, "one of a longer name is nobody's");
	sealed_by(DNSQ_NAME_MAX, "nor one of the longest that is kept");
	sealed_by(DNSQ_NAME_MAX + 1, "nor of a longer one");
	write_table("dmarc-reject reject");
	is_str(says(two, &rejected, &status), "reject, report",
	    "with a table, and without");
	write_table("damaged");
	snprintf(want, sizeof want,
	    "rohrpost: warning: %s/auth.cdb is damaged\n"
	    "report 0: none none of , ",
	    dir);
	is_str(says(decide, &rejected, &status), want, "a damaged table");
	is_num(status, EXIT_OK, "does not end the program");
	snprintf(path, sizeof path, "%s/auth.cdb", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/auth", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	close(fd);
	says(decide, &rejected, &status);
	is_num(status, EXIT_TEMP, "a text without its table does");
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
