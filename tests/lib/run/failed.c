/* what failures are called in the events of queue-run */
#include "runqueue.h"
#include "cdbfile.h"
#include "base/num.h"
#include "tap.h"

enum { LIFE_S = 5 * 86400 };

static const char env[] = "from a@a.example\nto b@b.example\n";

static struct runqueue q;

/* a message of its own gets this result, so many seconds after it came */
static const char *
outcome(unsigned flags, int64_t after, const char *fields)
{
	uint32_t x = runqueue_load_first(&q, env);
	static char line[4096];
	int n;

	runqueue_down(&q, x);
	q.r.s.rcpt[x].flags |= (uint8_t)flags;
	runqueue_pass(after * 1000);
	n = snprintf(line, sizeof line, "id:%s\tn:0\t%s\n", q.id, fields);
	runqueue_said();
	is_num(settle_results(&q.r, line, (size_t)n), n, fields);
	if (schedule_find(&q.r.s, q.id) != SCHEDULE_NONE)
		schedule_forget(&q.r.s, schedule_find(&q.r.s, q.id));
	return runqueue_said();
}

static const struct {
	unsigned flags;
	int64_t after;
	const char *fields, *said; /* what stands behind delay and next */
} cases[] = {
	{ 0, 0,
	    "status:bounced\tclass:rcpt\tcode:550\tesc:5.1.1\ttext:No such "
	    "user",
	    " failure:unknown-user failure-type:hard class:rcpt" },
	{ 0, 0, "status:bounced\tclass:dot\tcode:550\ttext:No such user",
	    " failure:unknown-user failure-type:soft class:dot" },
	{ 0, 0, "status:deferred\tclass:rcpt\tcode:452\ttext:mailbox full",
	    " failure:mailbox-full failure-type:soft class:rcpt" },
	{ 0, 0, "status:deferred\tclass:connect\tesc:4.4.1",
	    " failure:network failure-type:soft class:connect" },
	{ 0, 0, "status:deferred", " failure:temporary failure-type:soft\n" },
	/* no word begins in an escape */
	{ 0, 0, "status:deferred\ttext:x\\nmailbox\\nfull",
	    " failure:mailbox-full failure-type:soft text:" },
	/* who asked for it: the last attempt tells why */
	{ RUN_BOUNCE, 0, "status:deferred\tcode:450\ttext:greylisted",
	    " failure:greylisted failure-type:soft code:450" },
	{ 0, LIFE_S, "status:deferred\tcode:451\ttext:mailbox full",
	    " failure:mailbox-full failure-type:soft code:451" },
	{ 0, LIFE_S, "status:deferred",
	    " failure:expired failure-type:soft\n" },
	/* a link knows better */
	{ 0, 0, "status:bounced\tcode:550\ttext:no such user\tfailure:policy",
	    " failure:policy failure-type:soft code:550 text:no such user\n" },
	{ 0, 0, "status:bounced\tfailure:unknown-host",
	    " failure:unknown-host failure-type:hard\n" },
	{ 0, 0, "status:bounced\tfailure:ours\tfailure-type:hard",
	    " failure:ours failure-type:hard\n" },
};

static void
none_of(const char *fields, unsigned flags)
{
	const char *said = outcome(flags, 0, fields);

	ok(strstr(said, "ev:") != NULL && strstr(said, "failure") == NULL,
	    "no failure");
}

/* by the clock: by what stands in its file, or why it was never tried */
static void
expired(const char *reply, const char *want)
{
	uint32_t m = runqueue_load(&q, env), x = q.r.s.message[m].first;
	struct jobhead *c = heads_take(&q.r, m);
	const char *said;

	if (reply != NULL)
		toline_write(&q.r, x, c->rcpt[0].offset, 0, reply,
		    strlen(reply));
	runqueue_said();
	expire_rcpt(&q.r, x, c);
	toline_close(&q.r);
	heads_release(&q.r, m, c);
	schedule_forget(&q.r.s, m);
	said = runqueue_said();
	if (!ok(strstr(said, want) != NULL, want))
		printf("# %s", said);
}

/* after a crash an end is said again, with what its file knows */
static void
replayed(char state, const char *reply, const char *want)
{
	uint32_t m = runqueue_load(&q, env), x = q.r.s.message[m].first;
	struct jobhead *c = heads_take(&q.r, m);

	q.r.s.rcpt[x].state = state;
	toline_write(&q.r, x, c->rcpt[0].offset, 0, reply, strlen(reply));
	toline_close(&q.r);
	heads_release(&q.r, m, c);
	schedule_forget(&q.r.s, m);
	q.r.crashed = q.r.first_scan = 1;
	runqueue_said();
	load_message(&q.r, q.id, 0);
	is_str(runqueue_said(), want, "said again");
	q.r.crashed = q.r.first_scan = 0;
}

/* of an event, in milliseconds */
static int64_t
next_ms(const char *said)
{
	const char *p = strstr(said, " next:");
	int64_t ms = 0;

	if (p == NULL || num_scan_time(p + 6, strcspn(p + 6, " \n"), &ms) == -1)
		return -1;
	return ms;
}

/* the table is noticed when it comes */
static void
table(void)
{
	cdbfile(q.dir, &conffile_classes, "ours hard text: no such user\n");
	runqueue_pass(TABLE_CHECK_MS);
	ok(strstr(outcome(0, 0, "status:bounced\ttext:no such user"),
	       "failure:ours failure-type:hard") != NULL,
	    "a table of the site");
	cdbfile_bytes(q.dir, "classes", "none", 4);
	runqueue_pass(TABLE_CHECK_MS);
	ok(strstr(outcome(0, 0, "status:bounced\ttext:no such user"),
	       "is damaged: the shipped classes of failures hold\n"
	       "ev:bounced n:0 try:0 delay:0.000 failure:unknown-user") != NULL,
	    "a damaged one is told of");
}

/* what a failure is called decides when it is tried again, and how long */
static void
again(void)
{
	runqueue_retry(&q,
	    "jitter=0%\nfailure:greylisted intervals=7s\n"
	    "failure:mailbox-full class:rcpt lifetime=1h\n");
	is_num(next_ms(outcome(0, 0,
		   "status:deferred\tcode:450\ttext:greylisted")) -
		clock_wall_us() / 1000,
	    7000, "its interval");
	is_num(next_ms(outcome(0, 0, "status:deferred\tcode:450\ttext:hm")) -
		clock_wall_us() / 1000,
	    300000, "that of the others");
	ok(strstr(outcome(0, 3600,
		      "status:deferred\tclass:rcpt\ttext:mailbox full"),
	       "ev:expired") != NULL,
	    "its lifetime");
	ok(strstr(outcome(0, 3600,
		      "status:deferred\tclass:dot\ttext:mailbox full"),
	       "ev:deferred") != NULL,
	    "not that of others");
}

int
main(int argc, char **argv)
{
	const char *said;
	size_t i;

	(void)argc;
	runqueue_begin(argv);
	runqueue.failures = 1;
	runqueue_open(&q);
	settle_start(&q.r);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		said = outcome(cases[i].flags, cases[i].after, cases[i].fields);
		if (!ok(strstr(said, cases[i].said) != NULL, "its event"))
			printf("# %s# no %s\n", said, cases[i].said);
	}
	none_of("status:sent\tcode:250", 0);
	none_of("status:deferred\tcode:450", RUN_DELETE);
	expire_start(&q.r);
	expired(NULL,
	    "ev:expired n:0 try:0 failure:expired failure-type:soft "
	    "esc:4.4.7");
	expired("4.2.2 mx.example.net mailbox full",
	    "failure:mailbox-full failure-type:soft esc:4.2.2");
	replayed(MESSAGE_BOUNCED, "5.1.1 mx.example.net no such user",
	    "ev:bounced n:0 replay:1 failure:unknown-user failure-type:hard "
	    "esc:5.1.1 host:mx.example.net text:no such user\n");
	replayed(MESSAGE_EXPIRED, "4.2.2 - mailbox full",
	    "ev:expired n:0 replay:1 failure:mailbox-full failure-type:soft "
	    "esc:4.2.2 text:mailbox full\n");
	replayed(MESSAGE_DELIVERED, "2.0.0 - ok", "ev:sent n:0 replay:1\n");
	again();
	failed_start(&q.r); /* of the folder that the retry table is in */
	table();
	is_num(runqueue_close(&q), 0, "nothing is left");
	return done();
}
