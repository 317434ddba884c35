/* what results change: journal, message files, events, what comes next */
#include "queue/resultlearn.h"
#include "runqueue.h"
#include "tap.h"

enum { HOUR = 3600, LIFE = 5 * 24 * HOUR };

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

/* the recipient of a new message, down the chain */
static uint32_t
down(struct runqueue *q)
{
	uint32_t x = runqueue_load_first(q, env);

	runqueue_down(q, x);
	return x;
}

/* results come up; what is said of it */
static const char *
settle(struct runqueue *q, const char *fields)
{
	static char lines[4096];
	int n =
	    snprintf(lines, sizeof lines, "id:%s\tn:0\t%s\n", q->id, fields);

	runqueue_said();
	is_num(settle_results(&q->r, lines, n), n, fields);
	return runqueue_said();
}

/* its message has been down, and is of no use any more */
static void
leave(struct runqueue *q)
{
	schedule_forget(&q->r.s, schedule_find(&q->r.s, q->id));
}

/* after so many seconds, with these flags, a result; what stands then in the
 * file, and the event */
static void
outcomes(struct runqueue *q)
{
	static const struct {
		int64_t after;
		unsigned flags;
		const char *fields, *line, *said;
	} cases[] = {
		{ 2, 0,
		    "status:deferred\tclass:connect\tesc:4.4.1\thost:mx\t"
		    "text:refused",
		    "Q - 00001 1790000302 4.4.1 mx refused",
		    "ev:deferred n:0 try:0 delay:2.000 next:1790000302.000 "
		    "class:connect esc:4.4.1 host:mx text:refused\n" },
		{ 0, 0, "status:deferred", "Q - 00001 1790000300 4.0.0 -",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000300.000\n" },
		{ 0, 0, "status:deferred\tnext:1790000077.5\ttext:then",
		    "Q - 00001 1790000078 4.0.0 - then",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000077.500 "
		    "text:then\n" },
		{ 5, 0, "status:deferred\tnext:1790000001",
		    "Q - 00001 1790000006 4.0.0 -",
		    "ev:deferred n:0 try:0 delay:5.000 next:1790000005.010\n" },
		{ 0, 0, "status:deferred\tnext:1799999999",
		    "Q - 00001 1790432000 4.0.0 -",
		    "ev:deferred n:0 try:0 delay:0.000 "
		    "next:1790432000.000\n" },
		{ 0, 0, "status:deferred\tdoubt:1\tesc:4.4.2",
		    "Q ? 00001 1790000300 4.4.2 -",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000300.000 "
		    "doubt:1 esc:4.4.2\n" },
		{ 4 * HOUR - 1, 0, "status:deferred",
		    "Q - 00001 1790014699 4.0.0 -",
		    "ev:deferred n:0 try:0 delay:14399.000 "
		    "next:1790014699.000\n" },
		{ 4 * HOUR, 0, "status:deferred",
		    "Q w 00001 1790014700 4.0.0 -",
		    "ev:deferred n:0 try:0 delay:14400.000 "
		    "next:1790014700.000\n" },
		{ LIFE - 1, 0, "status:deferred\tesc:4.2.2",
		    "Q w 00001 1790432000 4.2.2 -",
		    "ev:deferred n:0 try:0 delay:431999.000 "
		    "next:1790432000.000 esc:4.2.2\n" },
		{ LIFE, 0, "status:deferred\tesc:4.2.2",
		    "X - 00000 1790432000 4.2.2 -",
		    "ev:expired n:0 try:0 delay:432000.000 esc:4.2.2\n" },
		{ 0, RUN_HOLD, "status:deferred\tesc:4.2.2",
		    "H - 00001 1790000300 4.2.2 -",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000300.000 "
		    "esc:4.2.2\n" },
		{ 0, RUN_BOUNCE, "status:deferred\tesc:4.2.2",
		    "B - 00000 1790000000 4.2.2 -",
		    "ev:bounced n:0 try:0 delay:0.000 esc:4.2.2\n" },
		{ 0, 0, "status:bounced\tesc:5.1.1\thost:mx\ttext:no user",
		    "B - 00000 1790000000 5.1.1 mx no user",
		    "ev:bounced n:0 try:0 delay:0.000 esc:5.1.1 host:mx "
		    "text:no user\n" },
		{ 0, RUN_BOUNCE, "status:later\tesc:4.2.2",
		    "B - 00000 1790000000 4.2.2 -",
		    "ev:bounced n:0 try:0 delay:0.000 esc:4.2.2\n" },
		{ 0, 0, "status:later\ttext:not yet", "Q - 00000 0000000000",
		    "" },
		{ 0, RUN_HOLD, "status:later", "H - 00000 0000000000", "" },
		{ 0, 0, "status:later\tdoubt:1", "Q ? 00000 0000000000", "" },
		{ 0, 0,
		    "status:deferred\ttry:7\tev:sent\tts:x\tprog:y\tfrom:z\t"
		    "to:z\tdelay:9\tcolour:red",
		    "Q - 00001 1790000300 4.0.0 -",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000300.000 "
		    "colour:red\n" },
	};
	uint32_t x;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		runqueue_clock.wall_us = 1790000000000000;
		x = down(q);
		q->r.s.rcpt[x].flags |= cases[i].flags;
		runqueue_pass(cases[i].after * 1000);
		is_str(settle(q, cases[i].fields), cases[i].said, "the event");
		is_str(runqueue_line(q, q->id, 0), cases[i].line, "the file");
		is_num(jobs_find(&q->r, schedule_find(&q->r.s, q->id), 0) !=
			NULL,
		    0, "its place is free");
		leave(q);
	}
	is_str(runqueue_journal(q), "", "none of them has come to its end");
	runqueue_clock.wall_us = 1790000000000000;
}

/* ends: in the journal, and gone */
static void
ends(struct runqueue *q)
{
	static const struct {
		int can_report;
		unsigned flags;
		const char *fields, *journal, *kind;
	} cases[] = {
		{ 1, 0, "status:sent", "0S ", "ev:sent n:0 " },
		{ 1, RUN_DELETE | RUN_BOUNCE, "status:sent", "0S ",
		    "ev:sent " },
		{ 1, RUN_DELETE, "status:deferred", "0K ", "ev:deleted " },
		{ 1, RUN_DELETE | RUN_BOUNCE, "status:bounced", "0K ",
		    "ev:deleted " },
		{ 0, 0, "status:bounced", "0b ", "ev:bounced " },
		{ 0, RUN_BOUNCE, "status:later", "0b ", "ev:bounced " },
	};
	size_t i, had;
	uint32_t x;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		q->r.can_report = cases[i].can_report;
		had = strlen(runqueue_journal(q));
		x = down(q);
		q->r.s.rcpt[x].flags |= cases[i].flags;
		ok(strncmp(settle(q, cases[i].fields), cases[i].kind,
		       strlen(cases[i].kind)) == 0,
		    cases[i].kind);
		is_str(runqueue_journal(q) + had, cases[i].journal,
		    "the journal");
		is_num(runqueue_ended_s(q, q->id, 0),
		    runqueue_clock.wall_us / 1000000, "and when");
		is_num(q->r.s.rcpt[x].where, SCHEDULE_FREE, "it is gone");
		is_str(runqueue_line(q, q->id, 0), "Q - 00000 0000000000",
		    "its file need not know");
		ok(q->r.s.message[schedule_find(&q->r.s, q->id)].segment != 0,
		    "while it stands the segment does");
		leave(q);
	}
	down(q);
	runqueue_clock.wall_us += LIFE * INT64_C(1000000);
	settle(q, "status:deferred");
	ok(strstr(runqueue_journal(q), "0x ") != NULL,
	    "too old, and nobody to tell");
	leave(q);
	q->r.can_report = 1;
	is_num(q->r.settle.n_sent, 2, "sent");
	is_num(q->r.settle.n_deferred, 11, "deferred");
	is_num(q->r.settle.n_bounced, 4 + 3, "bounced");
	is_num(q->r.settle.n_later, 3, "and later");
}

/* sent, and its sender wants to hear of it */
static void
successes(struct runqueue *q)
{
	static const struct {
		const char *env;
		int can_report;
		const char *fields, *line, *journal, *said;
	} cases[] = {
		{ env, 1,
		    "status:sent\tdsn:relayed\tesc:2.0.0\thost:mx\ttext:ok",
		    "R - 00000 1790000000 2.0.0 mx ok", "0R ",
		    "ev:sent n:0 try:0 delay:0.000 dsn:relayed esc:2.0.0 "
		    "host:mx text:ok\n" },
		{ env, 1, "status:sent\tdsn:delivered",
		    "D - 00000 1790000000 2.0.0 -", "0D ",
		    "ev:sent n:0 try:0 delay:0.000 dsn:delivered\n" },
		{ env, 1, "status:sent\tdsn:expanded",
		    "E - 00000 1790000000 2.0.0 -", "0E ",
		    "ev:sent n:0 try:0 delay:0.000 dsn:expanded\n" },
		{ env, 1, "status:sent\tdsn:anything", "Q - 00000 0000000000",
		    "0S ", "ev:sent n:0 try:0 delay:0.000 dsn:anything\n" },
		{ env, 0, "status:sent\tdsn:relayed", "Q - 00000 0000000000",
		    "0S ", "ev:sent n:0 try:0 delay:0.000 dsn:relayed\n" },
		{ "from\nto b@b.example\nto c@c.example\n", 1,
		    "status:sent\tdsn:relayed", "Q - 00000 0000000000", "0S ",
		    "ev:sent n:0 try:0 delay:0.000 dsn:relayed\n" },
		{ env, 1, "status:deferred\tdsn:relayed",
		    "Q - 00001 1790000300 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 "
		    "next:1790000300.000 dsn:relayed\n" },
	};
	uint32_t x, m;
	size_t i, had;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		runqueue_clock.wall_us = 1790000000000000;
		q->r.can_report = cases[i].can_report;
		had = strlen(runqueue_journal(q));
		x = runqueue_load_first(q, cases[i].env);
		m = q->r.s.rcpt[x].message;
		runqueue_down(q, x);
		is_str(settle(q, cases[i].fields), cases[i].said, "the event");
		is_str(runqueue_line(q, q->id, 0), cases[i].line, "the file");
		is_str(runqueue_journal(q) + had, cases[i].journal,
		    "the journal");
		is_num(q->r.s.message[m].flags & RUN_OWES,
		    strchr("RDE", *cases[i].line) != NULL ? RUN_OWES : 0,
		    "is a report owed");
		is_num(q->r.s.message[m].n_live,
		    strcmp(cases[i].journal, "0S ") == 0 ? 1 : 2,
		    "who owes one stays");
		leave(q);
	}
	q->r.can_report = 1;
	/* its file does not take it: the journal has it all the same */
	had = strlen(runqueue_journal(q));
	down(q);
	runqueue_unwritable(q, q->id);
	ok(strstr(settle(q, "status:sent\tdsn:relayed"), "ev:sent ") != NULL,
	    "sent");
	is_str(runqueue_journal(q) + had, "0R ", "which will not be repeated");
	runqueue_writable(q, q->id);
	leave(q);
}

/* the time by which it was to be delivered passes while it is under way */
static void
late(struct runqueue *q)
{
	char text[128];
	int early;

	for (early = 1; early >= 0; early--) {
		snprintf(text, sizeof text,
		    "from a@a.example\ndeliver-by %lld N\nto b@b.example\n",
		    (long long)clock_wall_s() + 20);
		runqueue_down(q, runqueue_load_first(q, text));
		runqueue_pass((20 - early) * 1000);
		settle(q, "status:deferred");
		is_num(runqueue_line(q, q->id, 0)[2], early ? '-' : 'w',
		    early ? "a second before it" : "its sender is to know");
		leave(q);
	}
}

/* when it comes again after a later */
static void
later(struct runqueue *q)
{
	static const struct {
		const char *fields;
		int64_t ms;
	} cases[] = {
		{ "status:later", RESULTLEARN_LATER_MS },
		{ "status:later\tnext:1", RESULTLEARN_LEAST_MS },
		{ "status:later\tnext:%lld", 3000 },
		{ "status:later\tnext:%lld\tsite:s\troom:4", 0 },
		{ "status:later\tnext:%lld\tsite:s\tprovider-room:4", 3000 },
	};
	const struct schedule_site *t;
	uint32_t x, site;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		x = down(q);
		snprintf(text, sizeof text, cases[i].fields,
		    (long long)clock_wall_s() + 3);
		settle(q, text);
		if (cases[i].ms == 0)
			is_num(q->r.s.rcpt[x].where, SCHEDULE_LANE,
			    "the site's room says when");
		else
			is_num(q->r.s.rcpt[x].due_ms - clock_mono_ms(),
			    cases[i].ms, "then it may be tried");
		is_num(q->r.s.rcpt[x].flags, RUN_LATER, "it waits for a later");
		if (cases[i].ms == 0) {
			site = q->r.s.domain_site[q->r.s.rcpt[x].domain];
			t = &q->r.s.site[site];
			is_num(t->room, 4, "its site has room for four");
			is_num(t->until_ms - clock_mono_ms(), 3000,
			    "for three seconds");
		}
		leave(q);
	}
}

/* an end of its own is kept by what waits */
static void
own_end(struct runqueue *q)
{
	char text[128];
	uint32_t x;

	snprintf(text, sizeof text,
	    "from a@a.example\nexpire %lld\nto b@b.example\n",
	    (long long)clock_wall_s() + 60);
	x = runqueue_load_first(q, text);
	runqueue_down(q, x);
	snprintf(text, sizeof text, "status:later\tnext:%lld",
	    (long long)clock_wall_s() + 90);
	settle(q, text);
	is_num(q->r.s.rcpt[x].due_ms - clock_mono_ms(), 60000,
	    "no later than its end");
	runqueue_down(q, x);
	runqueue_pass(61000);
	ok(strstr(settle(q, "status:deferred"), "ev:expired ") != NULL,
	    "and after that it is over");
	leave(q);
}

/* what is no answer to a job that is open */
static void
ignored(struct runqueue *q)
{
	static const struct {
		const char *line, *heard;
	} cases[] = {
		{ "\n", "" },
		{ "nonsense\n", "malformed result ignored: nonsense" },
		{ "id:0123456789abcdefgh00\tn:0\tstatus:sent\n",
		    "which is not in the chain" },
		{ "id:%s\tn:1\tstatus:sent\n", "1, which is not in the chain" },
		{ "id:%s\tn:9\tstatus:sent\n", "9, which is not in the chain" },
		{ "id:%s\tn:0\tstatus:sending\n", "malformed result" },
		{ "id:%s\tn:0\tstatus:perhaps\n", "malformed result" },
		{ "id:%s\tn:0\tstatus:later", "" },
	};
	char line[256];
	size_t i, n;

	down(q);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = snprintf(line, sizeof line, cases[i].line, q->id);
		is_num(settle_results(&q->r, line, n),
		    line[n - 1] == '\n' ? n : 0, cases[i].line);
		if (*cases[i].heard == '\0')
			is_str(runqueue_said(), "", "silently");
		else
			ok(runqueue_heard(cases[i].heard), cases[i].heard);
	}
	n = snprintf(line, sizeof line,
	    "id:%s\tn:0\tstatus:sent\nid:%s\tn:0\tstatus:bounced\n", q->id,
	    q->id);
	is_num(settle_results(&q->r, line, n), n, "two answers to one job");
	ok(runqueue_heard("which is not in the chain, ignored\nev:sent"),
	    "the first one counts");
	leave(q);
}

/* the journal cannot be written: nothing has happened yet */
static void
stuck(struct runqueue *q)
{
	size_t had = strlen(runqueue_journal(q));
	uint32_t x = down(q);
	char line[128];
	int n = snprintf(line, sizeof line, "id:%s\tn:0\tstatus:sent\n", q->id);

	runqueue_said();
	runqueue_journal_broken(q, 1);
	is_num(settle_results(&q->r, line, n), 0, "not taken");
	is_num(q->r.stalled, 1, "and it is known why");
	is_num(q->r.s.rcpt[x].where, SCHEDULE_OUT, "it is down yet");
	ok(strstr(runqueue_said(), "ev:") == NULL, "nothing is logged");
	runqueue_journal_broken(q, 0);
	q->r.stalled = 0;
	is_num(settle_results(&q->r, line, n), n, "the same once more");
	is_str(runqueue_journal(q) + had, "0S ", "once");
	ok(runqueue_heard("ev:sent"), "and logged");
	leave(q);
}

/* message files that cannot be written */
static void
unwritable(struct runqueue *q)
{
	size_t had = strlen(runqueue_journal(q));

	down(q);
	runqueue_unwritable(q, q->id);
	settle(q, "status:bounced\tesc:5.1.1");
	is_str(runqueue_journal(q) + had, "0B ",
	    "a failure that its file does not take");
	is_num(q->r.settle.unwritten, 0, "stands somewhere");
	runqueue_writable(q, q->id);
	leave(q);
	down(q);
	runqueue_unwritable(q, q->id);
	settle(q, "status:deferred\tdoubt:1");
	is_num(doubts_left(&q->r), 1, "a doubt that its file does not take");
	runqueue_writable(q, q->id);
	leave(q);
	down(q);
	runqueue_unwritable(q, q->id);
	settle(q, "status:later\tdoubt:1");
	is_num(buf_len(&q->r.doubts.list), 2 * sizeof(struct doubt),
	    "the same of a later");
	runqueue_writable(q, q->id);
	leave(q);
	down(q);
	runqueue_unwritable(q, q->id);
	runqueue_journal_broken(q, 1);
	settle(q, "status:bounced\tesc:5.1.1");
	is_num(q->r.settle.unwritten, 1, "nor the journal: that is kept");
	runqueue_journal_broken(q, 0);
	runqueue_writable(q, q->id);
	leave(q);
}

/* one append takes so many, and the others come with the next */
static void
batches(struct runqueue *q)
{
	struct buf to = { 0 }, lines = { 0 };
	size_t used, n;
	uint32_t m;
	unsigned i;

	buf_puts(&to, "from a@a.example\n");
	for (i = 0; i <= SETTLE_BATCH_MAX; i++)
		buf_printf(&to, "to u%u@b.example\n", i);
	buf_putc(&to, '\0');
	m = runqueue_load(q, buf_data(&to));
	for (i = 0; i <= SETTLE_BATCH_MAX; i++) {
		runqueue_down(q, runqueue_rcpt(q, m, i));
		buf_printf(&lines, "id:%s\tn:%u\tstatus:sent\n", q->id, i);
	}
	n = buf_len(&lines);
	used = settle_results(&q->r, buf_data(&lines), n);
	is_num(q->r.s.out, 1, "so many at once");
	is_num(settle_results(&q->r, buf_data(&lines) + used, n - used),
	    n - used, "and one above");
	is_num(q->r.s.message[m].n_live, 0, "all of them");
	runqueue_said();
	leave(q);
	buf_free(&to);
	buf_free(&lines);
}

/* a time that a link has named may be from before a step back */
static void
said_before(struct runqueue *q)
{
	const int64_t year_s = 365 * 24 * HOUR;
	uint32_t x = down(q);
	char fields[64];

	snprintf(fields, sizeof fields,
	    "status:later\tsite:mx:s\troom:0\tnext:%lld",
	    (long long)clock_wall_s() + 10);
	runqueue_clock.wall_us -= year_s * 1000000;
	settle(q, fields);
	is_num(schedule_due(&q->r.s) - clock_mono_ms(), 5000,
	    "the site does not wait for a year");
	leave(q);
	x = down(q);
	snprintf(fields, sizeof fields, "status:later\tnext:%lld",
	    (long long)(clock_wall_s() + year_s));
	settle(q, fields);
	is_num(q->r.s.rcpt[x].due_ms - clock_mono_ms(), 5000,
	    "nor who is told so without one");
	leave(q);
	x = down(q);
	snprintf(fields, sizeof fields, "status:deferred\tnext:%lld",
	    (long long)(clock_wall_s() + year_s));
	settle(q, fields);
	ok(q->r.s.rcpt[x].due_ms - clock_mono_ms() < 600000,
	    "an attempt has its own interval");
	leave(q);
	runqueue_pass(10000);
	x = down(q);
	snprintf(fields, sizeof fields, "status:later\tnext:%lld",
	    (long long)clock_wall_s() + 10);
	settle(q, fields);
	is_num((q->r.s.rcpt[x].due_ms - clock_mono_ms()) / 1000, 10,
	    "ten seconds later it counts again");
	leave(q);
}

/* the clock goes wrong while it is under way, and is put right again: before
 * the next tick, which only comes when time passes */
static void
wrong_clock(struct runqueue *q)
{
	static const char timed[] = "from a@a.example\nexpire 1790000100\n"
				    "to b@b.example\nto c@c.example\n";
	const int64_t year_us = 365 * 24 * HOUR * INT64_C(1000000);
	uint32_t x;

	runqueue_clock.wall_us = 1790000000000000;
	lifetime_start(&q->r);
	x = runqueue_load_first(q, timed);
	runqueue_down(q, x);
	runqueue_said();
	runqueue_clock.wall_us += year_us;
	settle(q, "status:later");
	is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "it waits");
	is_num(q->r.s.rcpt[x].watch_s - clock_wall_s(), 102,
	    "its end is as far as it was");
	is_num(((struct jobhead *)q->r.s.message[q->r.s.rcpt[x].message].head)
		    ->expire -
		clock_wall_s(),
	    100, "in the head that is kept, too");
	runqueue_down(q, x);
	settle(q, "status:deferred\tesc:4.4.2");
	is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "it does not expire");
	leave(q);
	x = down(q);
	runqueue_clock.wall_us += year_us;
	settle(q, "status:deferred\tesc:4.4.2");
	is_num(q->r.s.rcpt[x].state, MESSAGE_QUEUED, "nor by its age");
	is_num(q->r.s.rcpt[x].mark, '-', "nor is it late");
	runqueue_down(q, x);
	runqueue_clock.wall_us -= 2 * year_us;
	runqueue_said();
	settle(q, "status:deferred\tesc:4.4.2");
	is_num(q->r.s.rcpt[x].watch_s - clock_wall_s(), 4 * HOUR,
	    "set back: its warning is as far as it was");
	leave(q);
	said_before(q);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open_window(&q, 2 * SETTLE_BATCH_MAX);
	runqueue_open(&other);
	settle_start(&q.r);
	settle_start(&other.r);
	expire_start(&q.r);
	expire_start(&other.r);
	runqueue_retry(&q, "intervals=5m jitter=0%\n");
	outcomes(&q);
	ends(&q);
	successes(&q);
	late(&q);
	later(&q);
	own_end(&q);
	ignored(&q);
	stuck(&q);
	unwritable(&q);
	batches(&q);
	down(&other);
	settle(&other, "status:sent");
	is_str(runqueue_journal(&other), "0S ", "another queue has its own");
	is_num(other.r.settle.n_sent, 1, "and counts for itself");
	wrong_clock(&other);
	is_num(runqueue_close(&q) + runqueue_close(&other), 0,
	    "nothing is left");
	return done();
}
