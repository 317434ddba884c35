/* which line of a table decides, and what it says */
#include "failure/failure.h"
#include "memlookup.h"
#include "tap.h"

/* a site's table, and behind it the shipped lines */
static const char table[] =
    "hard for:frozen host:.example.com\n"                  /* 1 */
    "frozen soft text: on ice\n"                           /* 2 */
    "policy host:.example.net text: user unknown\n"        /* 3 */
    "policy hard host:mx.example.org text: user unknown\n" /* 4 */
    "blocked esc:5.6.99 phase:rcpt\n"                      /* 5 */
    "tls event:expired code:577\n"                         /* 6 */
    "unused soft text: unused\n"                           /* 7 */
    "soft for:policy\n"                                    /* 8 */
    "ours hard text: our word\n"                           /* 9 */
    "soft for:ours code:5xx\n"                             /* 10 */
    "phase=dot text: behind the message\n"                 /* 11 */
    "content phase:dot text: not so\n"                     /* 12 */
    "hard for:mailbox-disabled\n"                          /* 13 */
    "content text: b c\n"                                  /* 14 */
    "system text: a b\n";                                  /* 15 */

static const struct {
	const char *text, *host, *phase, *event, *esc;
	unsigned code;
	const char *class;
	int hard;
	unsigned line; /* 0: a shipped one */
} looks[] = {
	{ "put on ice", "", "", "", "", 550, "frozen", 0, 2 },
	{ "put on ice", "a.Example.COM", "", "", "", 550, "frozen", 1, 2 },
	{ "put on ice", "example.com.", "", "", "", 550, "frozen", 1, 2 },
	{ "put on ice", "badexample.com", "", "", "", 550, "frozen", 0, 2 },
	{ "put on ice", "a.example.com", "", "", "", 450, "frozen", 0, 2 },
	{ "put on ice", "a.example.com", "", "", "4.0.1", 550, "frozen", 0, 2 },
	{ "user unknown", "a.example.net", "rcpt", "", "", 550, "policy", 0,
	    3 },
	{ "user unknown", "mx.example.org", "rcpt", "", "", 550, "policy", 1,
	    4 },
	{ "user unknown", "b.mx.example.org", "rcpt", "", "", 550,
	    "unknown-user", 1, 0 },
	{ "user unknown", "", "rcpt", "", "", 450, "unknown-user", 0, 0 },
	{ "user unknown", "", "dot", "", "", 550, "unknown-user", 0, 0 },
	{ "user unknown", "", "dot", "", "5.1.1", 550, "unknown-user", 1, 0 },
	{ "hm", "", "rcpt", "", "5.6.99", 550, "blocked", 0, 5 },
	{ "hm 5.6.99", "", "rcpt", "", "5.0.0", 550, "blocked", 0, 5 },
	{ "hm", "", "", "expired", "", 577, "tls", 0, 6 },
	{ "577 hm", "", "", "expired", "", 0, "tls", 0, 6 },
	{ "our word", "", "", "", "", 250, "ours", 1, 9 },
	/* the line of the class comes first, and says its type */
	{ "our word", "", "", "", "", 550, "ours", 1, 9 },
	{ "not so, behind the message", "", "", "", "", 0, "content", 0, 12 },
	{ "not so, behind the message", "", "rcpt", "", "", 550, "unknown-user",
	    0, 0 },
	{ "account disabled", "", "rcpt", "", "", 550, "mailbox-disabled", 1,
	    0 },
	/* the first line, wherever its words stand */
	{ "a b c", "", "", "", "", 0, "content", 0, 14 },
	{ "a b, b", "", "", "", "", 0, "system", 0, 15 },
	{ "", "", "", "", "", 0, "other", 0, 0 },
	{ "", "", "", "", "", 450, "temporary", 0, 0 },
	{ "", "", "", "", "4.9.9", 0, "temporary", 0, 0 },
	{ "", "", "", "expired", "", 0, "expired", 0, 0 },
	{ "", "", "connect", "deferred", "", 0, "network", 0, 0 },
	{ "", "", "null-mx", "bounced", "", 0, "unknown-host", 1, 0 },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static void
look(const struct lookup *l, size_t i)
{
	struct failure_facts f = { 0 };
	struct failure got;

	f.text = slice(looks[i].text);
	f.host = slice(looks[i].host);
	f.phase = slice(looks[i].phase);
	f.event = slice(looks[i].event);
	f.esc = slice(looks[i].esc);
	f.code = looks[i].code;
	is_num(failure_look(l, &f, &got), 0, looks[i].text);
	is_str(got.class, looks[i].class, "class");
	is_num(got.hard, looks[i].hard, "hard");
	is_num(got.line > FAILURE_SHIPPED_AT ? 0 : got.line, looks[i].line,
	    "line");
	ok(got.line > 0, "some line decides");
}

static void
damaged(struct memtable *t, const struct lookup *l)
{
	struct failure_facts f = { .text = slice("user unknown") };
	struct failure got;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->record[i].key, "wunknown") == 0)
			t->record[i].data[0] = 'x';
	is_num(failure_look(l, &f, &got), -1, "a record that is none");
	is_str(got.class, "other", "is other");
	t->broken = 1;
	is_num(failure_look(l, &f, &got), -1, "a table that fails");
}

int
main(void)
{
	struct memtable t;
	struct lookup l;
	size_t i;

	l = memtable_make(&t, &conffile_classes, table);
	is_str(buf_data(&t.faults), "", "the table has no faults");
	for (i = 0; i < sizeof looks / sizeof *looks; i++)
		look(&l, i);
	damaged(&t, &l);
	memtable_free(&t);
	return done();
}
