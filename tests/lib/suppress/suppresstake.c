/* what events do to the lists: by rule, once, in order, and not again what
 * somebody took away */
#include "suppress/suppresstake.h"
#include "conf/conffeedback.h"
#include "base/clock.h"
#include "memlookup.h"
#include "suppress/suppressfile.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>

static const char rules[] =
    "ev:bounced,oob-bounce failure:unknown-user suppress:forever\n"
    "ev:complaint suppress:forever scope:everybody\n"
    "ev:unsubscribe suppress:forever scope:stream\n"
    "type:soft suppress:30d after:3/2d\n"
    "ev:bounced failure:short suppress:1d\n"
    "ev:bounced failure:month suppress:30d\n";

/* 2026-11-30T12:00:00Z */
enum { NOW = 1796040000, DAY = 86400 };

static struct suppressed list;
static struct suppressconf conf;
static struct suppresstake take = {
	.list = &list, .log = &suppressdir_log, .conf = &conf
};
static const char *why;

static int
event(const char *text)
{
	return (int)suppresstake_event(&take, text, strlen(text), NOW, &why);
}

static int
look(const char *tenant, const char *stream, const char *to,
    struct suppressline *l)
{
	suppressed_check(&list);
	return suppressed_look(&list, suppressdir_slice(tenant),
	    suppressdir_slice(stream), suppressdir_slice(to), NOW, l);
}

static void
is_on(int want, const char *tenant, const char *stream, const char *to)
{
	struct suppressline l;

	is_num(look(tenant, stream, to, &l), want, to);
}

#define AT "ts:2026-11-30T11:00:00.123456Z\tev:"

static void
hard(void)
{
	static const char hit[] =
	    "eid:00000000000000000000000000000001\tsrc:deliver-final\t" AT
	    "bounced\tprog:queue-run\tid:x\tn:0\tfrom:a@acme.example\t"
	    "to:Joe@example.org\ttenant:acme\ttag:stream=news\ttry:0\t"
	    "failure:unknown-user\tfailure-type:hard\ttext:550 no such user";
	struct suppressline l;

	is_num(event(hit), SUPPRESSTAKE_DONE, "a hard bounce");
	is_num(look("acme", "", "joe@example.org", &l), 1, "suppresses");
	is_num(l.since_s, NOW - 3600, "since it was");
	ok(strcmp(l.reason, "unknown-user") == 0 &&
		strcmp(l.by, "bounced") == 0 && l.until_s == 0 &&
		strcmp(l.text, "550 no such user") == 0 &&
		strcmp(l.eid, "00000000000000000000000000000001") == 0,
	    "with all that is known");
	is_on(0, "other", "", "joe@example.org");
	is_num(event(hit), SUPPRESSTAKE_NOTHING, "the same again");
	is_num((long long)take.added, 1, "was written once");
	is_num(event(AT "sent\tto:b@example.org"), SUPPRESSTAKE_NOTHING,
	    "what no rule names");
	is_num(event(AT "bounced\tto:b@example.org\tfailure:suppressed"),
	    SUPPRESSTAKE_NOTHING, "what we refused ourselves");
	is_on(0, "", "", "b@example.org");
}

static void
scopes(void)
{
	is_num(event(AT "complaint\tto:c@example.org\ttenant:acme"),
	    SUPPRESSTAKE_DONE, "a complaint");
	is_on(1, "other", "", "c@example.org");
	is_num(event(AT "unsubscribe\tto:u@example.org\ttenant:acme\t"
			"stream:news"),
	    SUPPRESSTAKE_DONE, "no more news");
	is_on(1, "acme", "news", "u@example.org");
	is_on(0, "acme", "orders", "u@example.org");
	is_num(event(AT "unsubscribe\tto:v@example.org\ttenant:acme\t"
			"list:weekly"),
	    SUPPRESSTAKE_DONE, "of a list");
	is_on(1, "acme", "weekly", "v@example.org");
	is_num(event(AT "unsubscribe\tto:w@example.org\ttenant:acme"),
	    SUPPRESSTAKE_DONE, "of nothing in particular");
	is_on(1, "acme", "orders", "w@example.org");
	is_num(event(AT "oob-bounce\tto:t@example.org\tfailure:unknown-user\t"
			"trusted:0"),
	    SUPPRESSTAKE_NOTHING, "who can be forged");
	is_on(0, "", "", "t@example.org");
}

static int
soft(unsigned eid, const char *ts)
{
	char t[300];

	snprintf(t, sizeof t,
	    "eid:%032x\tts:%s\tev:expired\tto:s@example.org\ttenant:acme\t"
	    "failure:mailbox-full\tfailure-type:soft",
	    eid * 0x1000001u, ts);
	memmove(t + 4, t + 4 + 24, 8);
	memset(t + 12, '0', 24);
	return event(t);
}

static void
counted(void)
{
	struct suppressline l;

	soft(1, "2026-11-27T10:00:00Z");
	soft(2, "2026-11-30T10:00:00Z");
	soft(2, "2026-11-30T10:00:00Z");
	is_num(soft(3, "2026-11-30T11:00:00Z"), SUPPRESSTAKE_DONE, "a third");
	is_on(0, "acme", "", "s@example.org");
	is_num((long long)take.counted, 3, "one came twice, one is too old");
	soft(4, "2026-11-30T11:30:00Z");
	is_num(look("acme", "", "s@example.org", &l), 1, "three in two days");
	is_num(l.until_s, NOW - 1800 + 30 * DAY, "for 30 days");
	is_str(l.reason, "mailbox-full", "because of that");
}

static void
taken_away(void)
{
	suppressdir_add(SUPPRESSLINE_REMOVE, "acme", "*", "joe@example.org",
	    NOW - 1800, 0);
	is_num(event(AT "bounced\tto:joe@example.org\ttenant:acme\t"
			"failure:unknown-user"),
	    SUPPRESSTAKE_NOTHING, "what was before");
	is_on(0, "acme", "", "joe@example.org");
	is_num(event("ts:2026-11-30T11:45:00Z\tev:bounced\t"
		     "to:joe@example.org\ttenant:acme\tfailure:unknown-user"),
	    SUPPRESSTAKE_DONE, "what comes behind it");
	is_on(1, "acme", "", "joe@example.org");
}

/* an id that is none does not get into the journal */
static void
strange_ids(void)
{
	struct suppressline l;

	event("eid:a,b=c\t" AT "expired\tto:i@example.org\ttenant:acme\t"
	      "failure-type:soft");
	event("eid:a,b=c\t" AT "complaint\tto:i@example.org\ttenant:acme");
	is_num(look("acme", "", "i@example.org", &l), 1, "it counts");
	is_str(l.eid, "", "without its id");
	is_num((long long)list.damaged, 0, "all lines are good");
}

/* which line stays */
static void
better(void)
{
	static const struct {
		const char *reason, *next;
		int64_t until, next_until;
		int want;
	} cases[] = {
		{ "x", "y", 0, 0, 0 },
		{ "x", "y", 0, NOW + 9, 0 },
		{ "x", "y", NOW + 9, 0, 1 },
		{ "x", "y", NOW + 9, NOW + 10, 1 },
		{ "x", "y", NOW + 10, NOW + 9, 0 },
		{ "x", "y", NOW, NOW + 9, 1 },
		{ "unsubscribe", "complaint", 0, NOW + 9, 1 },
		{ "unsubscribe", "unsubscribe", 0, 0, 0 },
		{ "complaint", "unsubscribe", NOW + 9, 0, 0 },
	};
	struct suppressline a, b;
	unsigned i;

	memset(&a, 0, sizeof a);
	memset(&b, 0, sizeof b);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(a.reason, sizeof a.reason, "%s", cases[i].reason);
		snprintf(b.reason, sizeof b.reason, "%s", cases[i].next);
		a.until_s = cases[i].until;
		b.until_s = cases[i].next_until;
		is_num(suppresstake_better(&a, &b, NOW), cases[i].want,
		    cases[i].next);
	}
	is_num(event(AT "bounced\tto:m@example.org\tfailure:short"),
	    SUPPRESSTAKE_DONE, "a day");
	is_num(event(AT "bounced\tto:m@example.org\tfailure:month"),
	    SUPPRESSTAKE_DONE, "a month holds longer");
	is_num(event(AT "bounced\tto:m@example.org\tfailure:short"),
	    SUPPRESSTAKE_NOTHING, "a day does not");
	is_num(event("ts:2026-11-20T11:45:00Z\tev:bounced\t"
		     "to:n@example.org\tfailure:short"),
	    SUPPRESSTAKE_NOTHING, "what is over already");
}

static void
bad(void)
{
	static char t[1000];

	is_num(event("no event"), SUPPRESSTAKE_BAD, "no event");
	is_num(event(AT "bounced\tfailure:unknown-user"), SUPPRESSTAKE_BAD,
	    "without an address");
	is_str(why, "no address in it", "that is said");
	is_num(event(AT "bounced\tto:root\tfailure:unknown-user"),
	    SUPPRESSTAKE_BAD, "without a domain");
	snprintf(t, sizeof t, AT "complaint\tto:a@example.org\ttenant:%0*d",
	    SUPPRESSLINE_NAME_MAX, 0);
	is_num(event(t), SUPPRESSTAKE_DONE, "the longest tenant");
	snprintf(t, sizeof t, AT "complaint\tto:a2@example.org\ttenant:%0*d",
	    SUPPRESSLINE_NAME_MAX + 1, 0);
	is_num(event(t), SUPPRESSTAKE_BAD, "a longer one");
}

/* where our own mail comes back nobody is suppressed */
static void
ours(void)
{
	struct memtable back;

	take.feedback = memtable_make(&back, &conffile_feedback,
	    "return-path r.example.org\naddress fbl@example.org\n"
	    "unsubscribe leave@example.org\n");
	is_num(event(AT "complaint\tto:b-aujl-x@r.example.org"),
	    SUPPRESSTAKE_NOTHING, "a return path");
	is_num(event(AT "complaint\tto:FBL+x@example.org"),
	    SUPPRESSTAKE_NOTHING, "an address of complaints");
	is_num(event(AT "bounced\tto:leave@example.org\tfailure:unknown-user"),
	    SUPPRESSTAKE_NOTHING, "an address to unsubscribe");
	is_num(event(AT "complaint\tto:joe@r.example.org"), SUPPRESSTAKE_DONE,
	    "another address of that domain");
	back.broken = 1;
	is_num(event(AT "complaint\tto:k@example.org"), SUPPRESSTAKE_FAILED,
	    "when it is not known, not now");
	take.feedback.get = NULL;
	memtable_free(&back);
}

int
main(void)
{
	struct memtable table;
	struct lookup l = memtable_make(&table, &conffile_suppress, rules);

	suppressdir_make();
	suppressed_open(&list, suppressdir);
	suppressconf_load(&conf, &l);
	hard();
	scopes();
	counted();
	taken_away();
	better();
	strange_ids();
	bad();
	ours();
	take.hashed = 1;
	is_num(event(AT "complaint\tto:h@example.org"), SUPPRESSTAKE_DONE,
	    "without addresses");
	is_on(1, "x", "y", "h@example.org");
	table.broken = 1;
	is_num(event(AT "complaint\tto:z@example.org"), SUPPRESSTAKE_FAILED,
	    "a damaged table");
	suppressed_close(&list);
	memtable_free(&table);
	suppressdir_remove();
	return done();
}
