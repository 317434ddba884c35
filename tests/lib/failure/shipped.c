/* the shipped lines: they have no faults, and what they say of the bounces of ../shared/testdata/bounces, or of
 * $ROHRPOST_TESTDATA: the classes of others in ours, and hard or soft */
#include "failure/failure.h"
#include "base/ascii.h"
#include "base/num.h"
#include "memlookup.h"
#include "tap.h"
#include <stdlib.h>

/* the columns of expected.tsv */
enum {
	FILE_NAME,
	INDEX,
	RECIPIENT,
	ACTION,
	STATUS,
	CODE,
	REASON,
	HARD,
	TYPE,
	FEEDBACK,
	COMMAND,
	LHOST,
	RHOST,
	ADDRESSER,
	MSGID,
	ALIAS,
	AGREEMENT,
	TEXT,
	COLUMNS
};

enum { CLASS_PERCENT = 90, HARD_PERCENT = 97, ROWS_MIN = 230 };

/* reasons that are one of ours, or one of several */
static const struct {
	const char *reason, *classes;
} reasons[] = {
	{ "userunknown", " unknown-user bad-address " },
	{ "hasmoved", " unknown-user " },
	{ "hostunknown", " unknown-host " },
	{ "notaccept", " unknown-host " },
	/* the recipient's own settings, or a guess where the reply came late */
	{ "filtered", " unknown-user policy " },
	{ "rejected", " policy " },
	{ "policyviolation", " policy content " },
	{ "securityerror", " policy auth-failure content " },
	{ "notcompliantrfc", " content " },
	{ "contenterror", " content " },
	{ "virusdetected", " content " },
	{ "spamdetected", " spam-content " },
	{ "blocked", " blocked rate-limited network " },
	{ "badreputation", " blocked " },
	{ "requireptr", " blocked " },
	{ "authfailure", " auth-failure " },
	{ "norelaying", " no-relay " },
	{ "speeding", " rate-limited " },
	{ "toomanyconn", " rate-limited " },
	{ "ratelimited", " rate-limited " },
	{ "mesgtoobig", " too-large " },
	{ "exceedlimit", " too-large " },
	{ "mailboxfull", " mailbox-full " },
	{ "suspend", " mailbox-disabled " },
	{ "failedstarttls", " tls " },
	{ "expired", " expired network system " },
	{ "networkerror", " network unknown-host " },
	{ "mailererror", " system " },
	{ "systemerror", " system " },
	{ "systemfull", " system " },
	{ "syntaxerror", " system bad-address " },
	{ "onhold", " temporary system policy other " },
	{ "undefined", " other temporary " },
};

static char *
slurp(const char *name)
{
	const char *dir = getenv("ROHRPOST_TESTDATA");
	char path[4096], *text;
	FILE *f;
	size_t n;

	snprintf(path, sizeof path, "%s/%s",
	    dir == NULL ? "../shared/testdata" : dir, name);
	f = fopen(path, "r");
	if (f == NULL)
		return NULL;
	text = calloc(1, 1 << 20);
	n = fread(text, 1, (1 << 20) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

/* what queue-run has instead of a command's name */
static struct slice
phase_of(const char *command)
{
	static const char *const phases[][2] = { { "RCPT", "rcpt" },
		{ "DATA", "dot" }, { "MAIL", "mail" }, { "HELO", "helo" },
		{ "EHLO", "helo" }, { "CONN", "greeting" } };
	size_t i;

	for (i = 0; i < sizeof phases / sizeof *phases; i++)
		if (strcmp(command, phases[i][0]) == 0)
			return slice(phases[i][1]);
	return slice("");
}

static int
class_good(const char *reason, const char *class)
{
	char want[80];
	size_t i;

	snprintf(want, sizeof want, " %s ", class);
	for (i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strcmp(reason, reasons[i].reason) == 0)
			return strstr(reasons[i].classes, want) != NULL;
	return 0;
}

struct counts {
	unsigned rows, class, hard;
};

static void
row(const struct lookup *l, char **c, struct counts *n)
{
	struct failure_facts f = { 0 };
	struct failure got;
	uint64_t code;
	int good, hard;

	if (num_scans(c[CODE], 400, 599, &code) == 0)
		f.code = (unsigned)code;
	/* X.0.9YZ is the labeller's own: the mail has none */
	if (strlen(c[STATUS]) < 7 || strncmp(c[STATUS] + 1, ".0.9", 4) != 0)
		f.esc = slice(c[STATUS]);
	f.text = slice(c[TEXT]);
	f.host = slice(c[RHOST]);
	f.phase = phase_of(c[COMMAND]);
	f.event =
	    slice(strcmp(c[ACTION], "delayed") == 0 ? "expired" : "oob-bounce");
	failure_look(l, &f, &got);
	good = class_good(c[REASON], got.class);
	hard = got.hard == (c[HARD][0] == '1');
	n->rows++;
	n->class += (unsigned)good;
	n->hard += (unsigned)hard;
	if (!good || !hard)
		printf("# %s %s: %s%s, here %s %s%s (line %u) %s %s: %.150s\n",
		    c[FILE_NAME], good ? "type" : "class", c[REASON],
		    c[HARD][0] == '1' ? " hard" : "", got.class,
		    got.hard ? "hard" : "soft", hard ? "" : " WRONG",
		    got.line == 0 ? 0 : got.line - FAILURE_SHIPPED_AT,
		    c[STATUS], c[COMMAND], c[TEXT]);
}

static void
corpus(const struct lookup *l, char *text)
{
	struct counts n = { 0 };
	char *line, *at, *c[COLUMNS];
	unsigned i;

	while ((line = strsep(&text, "\n")) != NULL) {
		for (at = line, i = 0; i < COLUMNS; i++)
			c[i] = strsep(&at, "\t");
		if (c[COLUMNS - 1] == NULL ||
		    strcmp(c[AGREEMENT], "both") != 0 ||
		    strcmp(c[REASON], "feedback") == 0 ||
		    strcmp(c[REASON], "delivered") == 0)
			continue;
		row(l, c, &n);
	}
	printf("# %u rows, class right in %u, hard or soft in %u\n", n.rows,
	    n.class, n.hard);
	ok(n.rows >= ROWS_MIN, "rows of failures on which two agree");
	ok(n.class * 100 >= n.rows * CLASS_PERCENT, "class");
	ok(n.hard * 100 >= n.rows * HARD_PERCENT, "hard or soft");
}

int
main(void)
{
	char *text = slurp("bounces/expected.tsv");
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_classes, "");

	is_str(buf_data(&t.faults), "", "the shipped lines have no faults");
	ok(failure_shipped_line(1).n > 2 && *failure_shipped_line(1).p == '#',
	    "the first of them");
	is_num(failure_shipped_line(0).n, 0, "no line 0");
	is_num(failure_shipped_line(1000000).n, 0, "nor one behind the last");
	if (text == NULL)
		ok(1, "corpus # SKIP no test data");
	else
		corpus(&l, text);
	memtable_free(&t);
	free(text);
	return done();
}
