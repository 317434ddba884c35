/* jobs down, results up, deadlines, and how it ends */
#include "runorder.h"
#include "runqueue.h"
#include "says.h"
#include "tap.h"

static const char one[] = "from a@a.example\nto b@b.example\n";

/* a queue over a chain whose first link ends at once: the test plays its
 * part */
static int
start(struct runqueue *q)
{
	static char link[] = "/bin/true", *argv[] = { link, NULL };

	runqueue_open(q);
	expire_start(&q->r);
	chain_start(&q->r, argv);
	q->r.chain.gone = 0;
	return runqueue_peer(&q->r.chain.wire);
}

/* the jobs that came down: "ID n n ... " for each message */
static const char *
jobs(struct runqueue *q, int peer)
{
	static char text[4096];
	struct ltsv l;
	const char *p, *e;
	char last[NAME_LEN] = "";
	char *o = text;

	chain_refill(&q->r);
	for (p = runqueue_got(peer); (e = strchr(p, '\n')) != NULL; p = e + 1) {
		if (ltsv_parse(p, e + 1 - p, &l) == -1)
			return "no job";
		if (memcmp(l.f[0].value, last, NAME_LEN) != 0)
			o += sprintf(o, "%.*s ", NAME_LEN, l.f[0].value);
		memcpy(last, l.f[0].value, NAME_LEN);
		o += sprintf(o, "%.*s ", (int)l.f[1].value_len, l.f[1].value);
	}
	*o = '\0';
	return text;
}

static unsigned
count(struct runqueue *q, int peer)
{
	unsigned n = 0;
	const char *p;

	chain_refill(&q->r);
	for (p = runqueue_got(peer); *p != '\0'; p++)
		n += *p == '\n';
	return n;
}

static void
answer(struct runqueue *q, int peer, unsigned n, const char *fields)
{
	char line[200];

	snprintf(line, sizeof line, "id:%s\tn:%u\t%s\n", q->id, n, fields);
	runqueue_tell(peer, line);
}

static void
down(struct runqueue *q, int peer)
{
	char want[100];
	uint32_t m = runqueue_load(q,
	    "from a@a.example\nto b@b.example\nto c@c.example\n"
	    "to d@b.example\n");

	snprintf(want, sizeof want, "%s 0 2 1 ", q->id);
	is_str(jobs(q, peer), want, "those of one domain are neighbours");
	is_str(jobs(q, peer), "", "once");
	ok(jobs_find(&q->r, m, 2) != NULL, "they are known");
	is_str(q->r.chain.next_name, "true", "the first link has a name");
	answer(q, peer, 0, "status:sent");
	answer(q, peer, 1, "status:sent");
	is_num(q->r.settle.n_sent, 2, "answered");
	is_num(q->r.s.out, 1, "and one is not yet");
	answer(q, peer, 2, "status:deferred");
	is_num(loop_timer_active(&q->r.chain.due_timer) != 0, 1,
	    "it comes again");
	is_str(jobs(q, peer), "", "not now");
	runqueue_pass(400000);
	runqueue_fire(&q->r.chain.due_timer);
	snprintf(want, sizeof want, "%s 2 ", q->id);
	is_str(jobs(q, peer), want, "but in its time");
	answer(q, peer, 2, "status:sent");
	schedule_forget(&q->r.s, m);
}

/* by what stands in its head */
static void
obeyed(struct runqueue *q, int peer, uint32_t x)
{
	const struct order *o = runorder_add(&q->r,
	    "cmd:suspend\tsel:from\targ:a@a.example\tfor:90");
	uint32_t m;

	is_num(count(q, peer), 0, "its sender is suspended");
	is_num(q->r.s.order[x], o->slot, "by that order");
	is_num(q->r.s.rcpt[x].due_ms - clock_mono_ms(), 90000,
	    "until it is over");
	runorder_end(&q->r, "cmd:resume\tsel:all");
	runorder_add(&q->r,
	    "cmd:bounce\tsel:to\targ:b@b.example\tfor:90\t"
	    "reason:no more");
	m = runqueue_load(q,
	    "from a@a.example\nto b@b.example\n"
	    "to c@b.example\n");
	runqueue_said();
	is_num(count(q, peer), 1, "one of two is returned");
	ok(runqueue_heard("ev:bounced n:0"), "which is told");
	is_str(runqueue_line(q, q->id, 0) + 21,
	    "5.7.0 - returned by the administrator", "in its file, too");
	answer(q, peer, 1, "status:sent");
	runorder_end(&q->r, "cmd:resume\tsel:all");
	schedule_forget(&q->r.s, m);
}

/* nothing goes down for several reasons */
static void
held(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, one), x = q->r.s.message[m].first;

	q->r.held = 1;
	is_num(count(q, peer), 0, "everything is held");
	q->r.held = 0;
	q->r.stopping = 1;
	is_num(count(q, peer), 0, "it stops");
	q->r.stopping = 0;
	runorder_add(&q->r, "cmd:suspend\tsel:domain\targ:b.example");
	is_num(count(q, peer), 0, "its domain is suspended");
	is_num(q->r.s.rcpt[x].where, SCHEDULE_TIMER, "it waits");
	is_num(q->r.s.rcpt[x].due_ms - clock_mono_ms(), ORDERS_AGAIN_S * 1000,
	    "for long");
	runorder_end(&q->r, "cmd:resume\tsel:all");
	retries_wait(&q->r, x, 0, 0);
	obeyed(q, peer, x);
	schedule_forget(&q->r.s, m);
	m = runqueue_load(q,
	    "from a@a.example\nexpire 1790001000\n"
	    "to b@b.example\n");
	runqueue_pass(1000000);
	runqueue_said();
	is_num(count(q, peer), 0, "its time is over");
	ok(runqueue_heard("ev:expired n:0"), "and it is said");
	is_str(runqueue_line(q, q->id, 0) + 21,
	    "4.4.7 - its time was over before it could be tried", "and why");
	schedule_forget(&q->r.s, m);
}

/* a second copy is possible: said once */
static void
doubts(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, one), x = q->r.s.message[m].first;

	q->r.s.rcpt[x].flags = RUN_DOUBT;
	chain_refill(&q->r);
	ok(strstr(runqueue_got(peer), "\tdoubt:1") != NULL, "the job says it");
	ok(runqueue_heard("ev:duplicate n:0 try:0 text:"), "and the log");
	answer(q, peer, 0, "status:later\tnext:1");
	runqueue_pass(1000);
	is_num(count(q, peer), 1, "not tried: once more");
	ok(!runqueue_heard("ev:duplicate"), "which the log knows");
	answer(q, peer, 0, "status:deferred\tdoubt:1\tnext:1");
	runqueue_pass(1000);
	is_num(count(q, peer), 1, "tried, and in doubt again");
	ok(runqueue_heard("ev:duplicate n:0 try:1"), "is said again");
	answer(q, peer, 0, "status:sent");
}

/* files that are gone, unreadable, or another's */
static void
files(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, one), x = q->r.s.message[m].first;

	heads_drop(&q->r, m);
	runqueue_unwritable(q, q->id);
	is_num(count(q, peer), 0, "unreadable");
	ok(runqueue_heard("unable to read message "), "said");
	is_num(q->r.s.rcpt[x].due_ms - clock_mono_ms(), RUN_FAULT_MS,
	    "tried again");
	runqueue_writable(q, q->id);
	q->r.s.rcpt[x].n = 1;
	runqueue_pass(RUN_FAULT_MS);
	is_num(count(q, peer), 0, "a file with fewer recipients");
	ok(runqueue_heard("unable to read message "), "said");
	q->r.s.rcpt[x].n = 0;
	heads_drop(&q->r, m);
	runqueue_unlink(q, q->id);
	runqueue_pass(RUN_FAULT_MS);
	is_num(count(q, peer), 0, "no file");
	ok(runqueue_heard("is gone: somebody else has removed it"), "said");
	is_num(q->r.s.message[m].flags, RUN_LEAVING, "nothing is left of it");
}

/* the file is gone while one of its recipients is down */
static void
gone(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q,
		     "from a@a.example\nto b@b.example\nto c@c.example\n"),
		 x = runqueue_rcpt(q, m, 1);

	retries_wait(&q->r, x, clock_wall_us() / 1000 + 1000, 0);
	is_num(count(q, peer), 1, "one is down");
	heads_drop(&q->r, m);
	runqueue_unlink(q, q->id);
	runqueue_pass(1000);
	is_num(count(q, peer), 0, "and now its file is gone");
	is_num(q->r.s.rcpt[x].where, SCHEDULE_TIMER, "the other waits");
	is_num(q->r.s.message[m].flags, 0, "until that one is back");
	answer(q, peer, 0, "status:sent");
	runqueue_pass(RUN_FAULT_MS);
	is_num(count(q, peer), 0, "then");
	is_num(q->r.s.message[m].flags, RUN_LEAVING, "nothing is left of it");
}

/* the window, shared by many sites */
static void
window(struct runqueue *q, int peer)
{
	char env[100], first[NAME_LEN + 1] = "";
	unsigned i;

	for (i = 0; i < 2 * q->r.window; i++) {
		snprintf(env, sizeof env,
		    "from a@a.example\nto b@d%u.example\n", i);
		runqueue_load(q, env);
		if (i == 0)
			memcpy(first, q->id, sizeof first);
	}
	is_num(count(q, peer), q->r.window, "so many are down");
	memcpy(q->id, first, sizeof first);
	answer(q, peer, 0, "status:sent");
	is_num(count(q, peer), 1, "and the next in the place of one");
	is_num(q->r.s.out, q->r.window, "no more");
}

/* turns that lead nowhere cost no more than so many in a round */
static void
turns(struct runqueue *q, int peer)
{
	unsigned i;

	runorder_add(&q->r, "cmd:suspend\tsel:domain\targ:b.example");
	for (i = 0; i <= RUN_TURNS_MAX; i++)
		runqueue_load(q, one);
	q->r.rounds.set = 0;
	is_num(count(q, peer), 0, "all of a suspended domain");
	is_num(q->r.rounds.set, 1, "more are left for the next round");
	runqueue_load(q, "from a@a.example\nto c@c.example\n");
	is_num(count(q, peer), 1, "and others have their turn then");
	answer(q, peer, 0, "status:sent");
	runorder_end(&q->r, "cmd:resume\tsel:all");
}

/* past the first deadline others have the place; past the second it ends */
static void
deadlines(struct runqueue *q, int peer)
{
	unsigned i;

	for (i = 0; i < q->r.window + 5; i++)
		runqueue_load(q, one);
	q->r.deadline_ms = 5000;
	q->r.lost_ms = 60000;
	loop_timer_stop(&q->r.chain.deadline_timer);
	ok(count(q, peer) > 0, "down");
	runqueue_pass(4999);
	runqueue_fire(&q->r.chain.deadline_timer);
	is_num(q->r.s.late, 0, "in time yet");
	runqueue_pass(1);
	runqueue_said();
	runqueue_fire(&q->r.chain.deadline_timer);
	ok(q->r.s.late > 0, "too late");
	ok(runqueue_heard("jobs were not answered in 5 s; waiting on"), "said");
	ok(count(q, peer) > 0, "others have their places");
	runqueue_pass(54999);
	runqueue_fire(&q->r.chain.deadline_timer);
	is_num(q->r.stopping, 0, "waited for");
	runqueue_pass(1);
	runqueue_fire(&q->r.chain.deadline_timer);
	ok(runqueue_heard("a job was not answered in 60 s and counts as lost"),
	    "lost");
	is_num(q->r.stopping * 1000 + q->r.status, 1111, "the chain is ended");
	runqueue_got(peer);
	is_num(read(peer, &i, 1), 0, "which it hears");
}

/* what comes up waits until the journal can be written */
static void
stalls(struct runqueue *q, int peer)
{
	uint32_t m = runqueue_load(q, one);

	is_num(count(q, peer), 1, "down");
	runqueue_journal_broken(q, 1);
	answer(q, peer, 0, "status:sent");
	is_num(q->r.stalled, 1, "the journal is stuck");
	ok(jobs_find(&q->r, m, 0) != NULL, "it is not answered");
	runqueue_load(q, one);
	is_num(count(q, peer), 0, "and nothing goes down");
	runqueue_fire(&q->r.chain.stall_timer);
	runqueue_turn();
	is_num(q->r.stalled, 1, "tried again");
	runqueue_journal_broken(q, 0);
	runqueue_fire(&q->r.chain.stall_timer);
	runqueue_turn();
	is_num(q->r.stalled, 0, "written");
	ok(jobs_find(&q->r, m, 0) == NULL, "answered");
	is_num(q->r.settle.n_sent, 1, "once");
	is_num(count(q, peer), 1, "and others go down");
}

/* ends: what queue-run does at its end, in a process of its own */

enum {
	EOF_COMES,
	HALF_A_LINE,
	TAKES_NONE,
	STOPPED,
	TOO_LATE,
	UNWRITTEN,
	IN_DOUBT
};

static struct {
	struct runqueue *q;
	int peer, how;
} ending;

static void
end(const void *arg)
{
	struct runqueue *q = ending.q;

	(void)arg;
	if (ending.how == HALF_A_LINE)
		fd_write_all(ending.peer, "id:", 3);
	if (ending.how == UNWRITTEN)
		q->r.settle.unwritten = 1;
	if (ending.how >= STOPPED)
		chain_stop(&q->r);
	if (ending.how == TOO_LATE)
		runqueue_fire(&q->r.chain.stop_timer);
	if (ending.how == TAKES_NONE) {
		shutdown(ending.peer, SHUT_RD);
		runqueue_load(q, one);
		chain_refill(&q->r);
		runqueue_turn();
		warn("stopping %u, status %d", q->r.stopping, q->r.status);
		runqueue_fire(&q->r.chain.stop_timer);
	}
	shutdown(ending.peer, SHUT_RDWR);
	runqueue_turn();
	runqueue_turn();
}

/* the lock, and the file of results: "lock results" as far as they are
 * there */
static const char *
left(const struct runqueue *q)
{
	static char text[32];
	struct stat st;
	int locked;

	fstat(q->r.lock_fd, &st);
	locked = st.st_size > 0;
	snprintf(text, sizeof text, "%s%s", locked ? "lock " : "",
	    fstatat(q->r.resultfile.places[q->r.resultfile.in].fd,
		"results.0000000001", &st, 0) == 0
		? "results"
		: "");
	return text;
}

static void
ends(struct runqueue *q)
{
	static const struct {
		int how, job, crashed, status;
		const char *said, *left, *line;
	} cases[] = {
		{ EOF_COMES, 0, 0, 111, "the delivering chain has ended, ", "",
		    "Q -" },
		{ EOF_COMES, 1, 0, 111, "\tunanswered:1\tstatus:111\n",
		    "results", "Q ?" },
		{ HALF_A_LINE, 1, 0, 111, "result cut short by the end",
		    "results", "Q ?" },
		{ TAKES_NONE, 1, 0, 111, "stopping 1, status 111", "results",
		    "Q ?" },
		{ STOPPED, 0, 0, 0, "\tunanswered:0\tstatus:0\n", "", "Q -" },
		{ STOPPED, 0, 1, 0, "\tstatus:0\n", "lock ", "Q -" },
		{ UNWRITTEN, 0, 0, 0, "\tstatus:0\n", "results", "Q -" },
		{ IN_DOUBT, 0, 0, 0, "\tstatus:0\n", "results", "Q -" },
		{ TOO_LATE, 1, 0, 0, "did not end in time; 1 jobs unanswered",
		    "results", "Q ?" },
	};
	const char *said;
	int status;
	size_t i;

	ending.q = q;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		ending.peer = start(q);
		ending.how = cases[i].how;
		resultfile_wait(&q->r);
		resultfile_open(&q->r);
		fd_write_all(q->r.lock_fd, "running\n", 8);
		q->r.crashed = q->r.first_scan = cases[i].crashed;
		runqueue_load(q, one);
		if (cases[i].job)
			is_num(count(q, ending.peer), 1, "one job is down");
		if (cases[i].how == IN_DOUBT) {
			runqueue_unwritable(q, q->id);
			doubts_add(&q->r, q->id, 0, 0);
		}
		said = says(end, NULL, &status);
		if (cases[i].how == IN_DOUBT)
			runqueue_writable(q, q->id);
		ok(strstr(said, cases[i].said) != NULL, cases[i].said);
		ok(strstr(said, "\tev:stopped\t") != NULL, "said, too");
		is_num(status, cases[i].status, "its status");
		is_str(left(q), cases[i].left, "what is left");
		ok(strncmp(runqueue_line(q, q->id, 0), cases[i].line, 3) == 0,
		    cases[i].line);
		ok(faccessat(q->r.qfd, "clock", F_OK, 0) == 0,
		    "the next run is told the time");
		resultfile_remove(&q->r);
		close(ending.peer);
		runqueue_close(q);
	}
}

/* one that has an end of its own, when the clock has made a step and no tick
 * has come since */
static void
stepped(struct runqueue *q, int peer)
{
	char env[100];

	lifetime_start(&q->r);
	q->r.held = 1;
	snprintf(env, sizeof env,
	    "from a@a.example\nexpire %lld\nto b@b.example\n",
	    (long long)clock_wall_s() + 50);
	runqueue_load(q, env);
	runqueue_clock.wall_us += 86400 * INT64_C(1000000);
	q->r.held = 0;
	is_num(count(q, peer), 1, "it goes down, and does not expire");
	runqueue_clock.wall_us -= 86400 * INT64_C(1000000);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, many, late, stuck, over, ahead;
	int peer;

	(void)argc;
	runqueue_begin(argv);
	peer = start(&q);
	down(&q, peer);
	held(&q, peer);
	doubts(&q, peer);
	files(&q, peer);
	gone(&q, peer);
	turns(&q, peer);
	peer = start(&many);
	window(&many, peer);
	deadlines(&late, start(&late));
	stalls(&stuck, start(&stuck));
	ends(&over);
	stepped(&ahead, start(&ahead));
	is_num(runqueue_close(&q) + runqueue_close(&many) +
		runqueue_close(&late) + runqueue_close(&stuck) +
		runqueue_close(&ahead),
	    0, "nothing is left");
	return done();
}
