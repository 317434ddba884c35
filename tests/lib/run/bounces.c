/* reports that are owed: asked for, answered, asked for again */
#include "runqueue.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

static int
start(struct runqueue *q)
{
	bounces_start(&q->r, "true");
	return runqueue_peer(&q->r.bounces.helper.wire);
}

static void
fail(struct runqueue *q, uint32_t m, unsigned n, enum message_state state)
{
	uint32_t x = runqueue_rcpt(q, m, n);

	schedule_idle(&q->r.s, x);
	q->r.s.rcpt[x].state = state;
}

/* a message of which both recipients have failed */
static uint32_t
failed(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env);

	fail(q, m, 0, MESSAGE_BOUNCED);
	fail(q, m, 1, MESSAGE_EXPIRED);
	bounces_owe(&q->r, m);
	return m;
}

/* what was asked, without its first fields: "kind:failed n:0,1 ..." */
static const char *
asked(int peer)
{
	static char text[8192];
	const char *p = strstr(runqueue_got(peer), "\tkind:");
	char *o = text;

	for (; p != NULL && *p != '\0' && o < text + sizeof text - 1; p++)
		*o++ = *p == '\t' ? ' ' : *p;
	*o = '\0';
	return text[0] == ' ' ? text + 1 : text;
}

static void
answer(struct runqueue *q, int peer, const char *fields)
{
	char line[200];

	snprintf(line, sizeof line, "id:%s\t%s\n", q->id, fields);
	runqueue_tell(peer, line);
}

static void
requests(struct runqueue *q, int peer)
{
	char want[300];
	uint32_t m = failed(q);
	struct jobhead *c = heads_take(&q->r, m);

	snprintf(want, sizeof want,
	    "id:%s\tfile:%s/mess/%.2s/%s\toff:%llu\tkind:failed\tn:0,1\t"
	    "birth:1790000000.000\texpire:1790432000\n",
	    q->id, q->dir, q->id + NAME_LEN - 2, q->id,
	    (unsigned long long)c->off);
	heads_release(&q->r, m, c);
	is_str(runqueue_got(peer), want, "at once, where none is under way");
	bounces_owe(&q->r, m);
	is_str(runqueue_got(peer), "", "once");
	final_ended(&q->r.s.rcpt[q->r.s.message[m].first], 1789999900);
	answer(q, peer, "status:queued\tnewid:x\tn:0,1");
	is_str(runqueue_said(), "ev:reported kind:failed n:0,1 report:x\n",
	    "said");
	is_str(runqueue_journal(q), "0b 1x ", "and recorded");
	is_num(runqueue_ended_s(q, q->id, 0), 1789999900,
	    "as what ended when it failed, not when it was said");
	is_num(q->r.s.message[m].flags & RUN_LEAVING, RUN_LEAVING, "it leaves");

	m = runqueue_load(q,
	    "from a@a.example\nexpire 1790000700\nto b@b.example\n"
	    "to c@b.example\n");
	fail(q, m, 1, MESSAGE_BOUNCED);
	bounces_owe(&q->r, m);
	is_str(asked(peer), "", "one that is under way is waited for");
	runqueue_pass(REPORT_LINGER_MS - 1);
	runqueue_fire(&q->r.bounces.timer);
	is_str(asked(peer), "", "for a while");
	runqueue_pass(1);
	runqueue_fire(&q->r.bounces.timer);
	is_str(asked(peer),
	    "kind:failed n:1 birth:1790000000.000 expire:1790000700\n",
	    "and no longer");
	answer(q, peer, "status:dropped\ttext:nobody to tell");
	ok(runqueue_heard("info: no report for "), "or nobody is told");
	ok(strstr(runqueue_journal(q), "1b ") != NULL, "which is an end, too");
	is_num(q->r.s.message[m].n_live, 1, "of the one");
	schedule_forget(&q->r.s, m);
	runqueue_fire(&q->r.bounces.timer);
}

/* that mail is late: failures first */
static void
delays(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, env), x;

	x = runqueue_rcpt(q, m, 1);
	schedule_idle(&q->r.s, x);
	q->r.s.rcpt[x].mark = 'w';
	fail(q, m, 0, MESSAGE_BOUNCED);
	bounces_owe(&q->r, m);
	ok(strncmp(asked(peer), "kind:failed n:0 ", 16) == 0, "the failure");
	answer(q, peer, "status:queued");
	is_str(runqueue_said(), "", "a report without a name is not logged");
	ok(strncmp(asked(peer), "kind:delayed n:1 ", 17) == 0,
	    "then the delay");
	answer(q, peer, "status:queued\tnewid:y");
	ok(runqueue_heard("ev:reported kind:delayed report:y"), "said");
	is_str(runqueue_line(q, q->id, 1), "Q W 00000 0000000000",
	    "the file knows");
	is_num(q->r.s.message[m].n_live, 1, "it is waited for on");
	is_num(q->r.s.message[m].flags, 0, "and nothing is owed");
	q->r.s.rcpt[x].mark = 'w';
	q->r.s.rcpt[x].state = MESSAGE_EXPIRED;
	bounces_owe(&q->r, m);
	ok(strncmp(asked(peer), "kind:failed n:1 ", 16) == 0,
	    "who has failed is not late any more");
	answer(q, peer, "status:queued");
}

/* of those who were late one has got his mail before the answer comes, and
 * one is to be deleted */
static void
late_no_more(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q,
	    "from a@a.example\nto b@b.example\nto c@c.example\n"
	    "to d@d.example\n");
	unsigned i;

	for (i = 0; i < 3; i++) {
		fail(q, m, i, MESSAGE_QUEUED);
		q->r.s.rcpt[runqueue_rcpt(q, m, i)].mark = 'w';
	}
	bounces_owe(&q->r, m);
	ok(strncmp(asked(peer), "kind:delayed n:0,1,2 ", 21) == 0, "all are");
	final_drop(&q->r, runqueue_rcpt(q, m, 0));
	q->r.s.rcpt[runqueue_rcpt(q, m, 1)].mark = MESSAGE_MARK_DELETE;
	answer(q, peer, "status:queued\tnewid:y");
	is_num(q->r.s.rcpt[runqueue_rcpt(q, m, 1)].mark, MESSAGE_MARK_DELETE,
	    "the order stands");
	is_str(runqueue_line(q, q->id, 2), "Q W 00000 0000000000",
	    "the third is told of");
	is_str(asked(peer), "", "and not again");
	schedule_forget(&q->r.s, m);
	runqueue_said();
}

/* that mail has come: a report for each kind, behind failures and delays */
static void
successes(struct runqueue *q, int peer)
{
	static const char *const kinds[] = { "kind:failed n:0 ",
		"kind:delayed n:1 ", "kind:relayed n:2,5 ",
		"kind:delivered n:3 ", "kind:expanded n:4 " };
	size_t i, had = strlen(runqueue_journal(q));
	uint32_t m = runqueue_load(q,
	    "from a@a.example\nto b@b.example\n"
	    "to c@b.example\nto d@b.example\nto e@b.example\n"
	    "to f@b.example\nto g@b.example\n");

	fail(q, m, 0, MESSAGE_BOUNCED);
	fail(q, m, 1, MESSAGE_QUEUED);
	q->r.s.rcpt[runqueue_rcpt(q, m, 1)].mark = 'w';
	fail(q, m, 2, MESSAGE_RELAYED);
	/* it was late, and has come */
	q->r.s.rcpt[runqueue_rcpt(q, m, 2)].mark = 'w';
	fail(q, m, 3, MESSAGE_DELIVERED);
	fail(q, m, 4, MESSAGE_EXPANDED);
	fail(q, m, 5, MESSAGE_RELAYED);
	bounces_owe(&q->r, m);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		ok(strncmp(asked(peer), kinds[i], strlen(kinds[i])) == 0,
		    kinds[i]);
		if (i == 3)
			answer(q, peer, "status:dropped\ttext:not wanted");
		else
			answer(q, peer, "status:queued\tnewid:y");
	}
	ok(runqueue_heard("ev:reported kind:expanded report:y"), "said");
	is_str(runqueue_journal(q) + had, "0b 2s 5s 3s 4s ", "which ends them");
	is_num(q->r.s.message[m].n_live, 1, "but for the one that waits");
	is_str(asked(peer), "", "nothing else is owed");
	schedule_forget(&q->r.s, m);
}

/* what cannot be done now */
static void
later(struct runqueue *q, int peer)
{
	uint32_t m = failed(q);
	size_t had = strlen(runqueue_journal(q));

	asked(peer);
	answer(q, peer, "status:deferred\ttext:disk full");
	ok(runqueue_heard("later: disk full"), "not now");
	runqueue_pass(REPORT_AGAIN_MS - 1);
	runqueue_fire(&q->r.bounces.timer);
	is_str(asked(peer), "", "nor soon");
	runqueue_pass(1);
	runqueue_fire(&q->r.bounces.timer);
	ok(strncmp(asked(peer), "kind:failed n:0,1", 17) == 0, "but then");
	runqueue_journal_broken(q, 1);
	answer(q, peer, "status:queued\tnewid:z");
	ok(runqueue_heard("warning: report for "), "not recorded:");
	is_num(q->r.s.message[m].n_live, 2, "they stay");
	runqueue_journal_broken(q, 0);
	is_str(runqueue_journal(q) + had, "", "nothing stands there");
	runqueue_pass(REPORT_AGAIN_MS);
	runqueue_fire(&q->r.bounces.timer);
	asked(peer);
	answer(q, peer, "status:queued");
	is_str(runqueue_journal(q) + had, "0b 1x ", "once more");

	m = runqueue_load(q, env);
	fail(q, m, 0, MESSAGE_BOUNCED);
	fail(q, m, 1, MESSAGE_BOUNCED);
	heads_drop(&q->r, m);
	runqueue_unwritable(q, q->id);
	bounces_owe(&q->r, m);
	is_str(asked(peer), "", "unreadable");
	ok(runqueue_heard("unable to read message "), "said");
	runqueue_writable(q, q->id);
	runqueue_pass(REPORT_AGAIN_MS);
	runqueue_fire(&q->r.bounces.timer);
	ok(strncmp(asked(peer), "kind:failed n:0,1", 17) == 0, "readable");
	schedule_forget(&q->r.s, m);
	answer(q, peer, "status:queued");
	is_str(runqueue_said(), "", "its message has gone meanwhile");
}

static void
unknown(struct runqueue *q, int peer)
{
	static const struct {
		const char *line, *said;
	} cases[] = {
		{ "id:0123456789abcdefgh00\tstatus:queued\n",
		    "to no request ignored" },
		{ "status:queued\n", "to no request ignored" },
		{ "id:x\tstatus:queued\n", "to no request ignored" },
		{ "\n", "to no request ignored" },
		{ "nonsense\n", "malformed answer of the bounce command" },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		runqueue_tell(peer, cases[i].line);
		ok(runqueue_heard(cases[i].said), cases[i].line);
	}
	failed(q);
	asked(peer);
	answer(q, peer, "state:queued");
	ok(runqueue_heard("warning: report for "), "no status");
	schedule_forget(&q->r.s, schedule_find(&q->r.s, q->id));
}

/* recipients of one report, and reports at once */
static void
limits(struct runqueue *q, int peer)
{
	static char id[REPORT_OPEN_MAX + 1][NAME_LEN + 1];
	struct buf b = { 0 };
	unsigned i;
	uint32_t m;

	buf_puts(&b, "from a@a.example\n");
	for (i = 0; i <= REPORT_RCPTS_MAX; i++)
		buf_printf(&b, "to u%u@b.example\n", i);
	buf_putc(&b, '\0');
	m = runqueue_load(q, buf_data(&b));
	for (i = 0; i <= REPORT_RCPTS_MAX; i++)
		fail(q, m, i, MESSAGE_BOUNCED);
	bounces_owe(&q->r, m);
	ok(strstr(asked(peer), ",998,999 birth:") != NULL, "so many in one");
	answer(q, peer, "status:queued");
	ok(strncmp(asked(peer), "kind:failed n:1000 ", 19) == 0,
	    "and one in another");
	answer(q, peer, "status:queued");
	is_num(q->r.s.message[m].n_live, 0, "all are told of");
	buf_free(&b);

	for (i = 0; i <= REPORT_OPEN_MAX; i++) {
		failed(q);
		memcpy(id[i], q->id, sizeof q->id);
	}
	is_num(q->r.bounces.open, REPORT_OPEN_MAX, "so many at once");
	ok(strstr(runqueue_got(peer), id[REPORT_OPEN_MAX]) == NULL,
	    "the next one waits");
	for (i = 0; i <= REPORT_OPEN_MAX; i++) {
		memcpy(q->id, id[i], sizeof q->id);
		answer(q, peer, "status:queued");
		if (i == 0)
			ok(strstr(runqueue_got(peer), id[REPORT_OPEN_MAX]) !=
				NULL,
			    "for a place");
	}
	is_num(q->r.bounces.open, 0, "all are answered");
}

/* a command that ends has forgotten what it was asked */
static void
restarts(struct runqueue *q, int peer)
{
	struct helper *h = &q->r.bounces.helper;

	failed(q);
	asked(peer);
	h->up = 0;
	h->ops->ended(&q->r);
	is_num(q->r.bounces.open, 0, "nothing is open");
	is_str(asked(peer), "", "nor asked of nobody");
	h->up = 1;
	h->ops->started(&q->r);
	ok(strncmp(asked(peer), "kind:failed n:0,1", 17) == 0, "asked again");
	answer(q, peer, "status:queued");
	q->r.stopping = 1;
	failed(q);
	is_str(asked(peer), "", "nothing is asked at the end");
	q->r.stopping = 0;
}

/* nobody is told */
static void
silent(struct runqueue *q)
{
	uint32_t m = runqueue_load(q, env);

	bounces_start(&q->r, NULL);
	q->r.can_report = 0;
	bounces_owe(&q->r, m);
	is_num(q->r.s.message[m].flags, 0, "without a command none is owed");
	is_num(helper_up(&q->r.bounces.helper), 0, "nor asked");
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other, third;
	int peer, second;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	runqueue_open(&third);
	peer = start(&q);
	bounces_start(&other.r, "false");
	second = runqueue_peer(&other.r.bounces.helper.wire);
	is_str(q.r.bounces.helper.argv[2], "exec true", "each has its command");
	is_str(other.r.bounces.helper.argv[2], "exec false", "of two");
	requests(&q, peer);
	delays(&q, peer);
	late_no_more(&q, peer);
	successes(&q, peer);
	later(&q, peer);
	unknown(&q, peer);
	limits(&q, peer);
	restarts(&q, peer);
	silent(&third);
	is_str(asked(second), "", "the other one was asked for nothing");
	bounces_stop(&q.r);
	bounces_stop(&other.r);
	is_num(runqueue_close(&q) + runqueue_close(&other) +
		runqueue_close(&third),
	    0, "nothing is left");
	return done();
}
