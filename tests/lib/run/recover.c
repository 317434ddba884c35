/* what the runs before have written down and not recorded */
#include "runqueue.h"
#include "says.h"
#include "tap.h"

static const char env[] = "from a@a.example\nto b@b.example\n"
			  "to c@c.example\n";

/* results.N as a run before has left it; "@" stands for the id */
static void
results(struct runqueue *q, unsigned n, const char *text)
{
	struct buf b = { 0 };
	char name[32];
	int fd;

	for (; *text != '\0'; text++)
		if (*text == '@')
			buf_puts(&b, q->id);
		else
			buf_putc(&b, *text);
	snprintf(name, sizeof name, "results.%010u", n);
	fd = openat(q->r.done_fd, name, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd == -1 || fd_write_all(fd, buf_data(&b), buf_len(&b)) == -1)
		exit(111);
	close(fd);
	buf_free(&b);
}

static unsigned
left(const struct runqueue *q)
{
	char name[32];
	struct stat st;
	unsigned i, n = 0;

	for (i = 1; i < 9; i++) {
		snprintf(name, sizeof name, "results.%010u", i);
		n += fstatat(q->r.done_fd, name, &st, 0) == 0;
	}
	return n;
}

/* the next run takes them in */
static void
start(struct runqueue *q, const struct runqueue *before)
{
	runqueue_next(q, before);
	resultfile_wait(&q->r);
	settle_start(&q->r);
	expire_start(&q->r);
	runqueue_said();
}

static void
end(struct runqueue *q)
{
	close(q->r.qfd);
	close(q->r.done_fd);
	close(q->r.lock_fd);
	schedule_free(&q->r.s);
}

/* of one message with two recipients: what stands in its file for the first
 * one, in the journal, and what was said */
static void
outcomes(const struct runqueue *before)
{
	static const struct {
		const char *text, *line, *journal, *said;
	} cases[] = {
		{ "id:@\tn:0\tstatus:sent\tesc:2.0.0\n", "Q - 00000 0000000000",
		    "0S ", "ev:sent n:0 try:0 delay:0.000 esc:2.0.0\n" },
		{ "id:@\tn:0\tstatus:bounced\tesc:5.1.1\ttext:no\n",
		    "B - 00000 1790000000 5.1.1 - no", "",
		    "ev:bounced n:0 try:0 delay:0.000 esc:5.1.1 text:no\n" },
		{ "id:@\tn:0\tstatus:deferred\ttry:0\tnext:1790000099\n",
		    "Q - 00001 1790000099 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000099.000\n" },
		{ "id:@\tn:0\tstatus:deferred\tnext:1790000099\n",
		    "Q - 00000 0000000000", "", "" },
		{ "id:@\tn:0\tstatus:deferred\ttry:1\n", "Q - 00000 0000000000",
		    "", "" },
		{ "id:@\tn:0\tstatus:sent\ttry:1\n", "Q - 00000 0000000000", "",
		    "" },
		{ "id:@\tn:0\tstatus:later\ttry:0\n", "Q - 00000 0000000000",
		    "", "" },
		{ "id:@\tn:0\ttry:0\tstatus:sending\n", "Q ? 00000 0000000000",
		    "", "" },
		{ "id:@\tn:0\ttry:1\tstatus:sending\n", "Q ? 00000 0000000000",
		    "", "" },
		{ "id:@\tn:0\ttry:0\tstatus:deferred\tnext:1790000099\n"
		  "id:@\tn:0\ttry:0\tstatus:sending\n",
		    "Q - 00001 1790000099 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000099.000\n" },
		{ "id:@\tn:0\ttry:0\tstatus:sending\n"
		  "id:@\tn:0\ttry:0\tstatus:sent\n",
		    "Q - 00000 0000000000", "0S ",
		    "ev:sent n:0 try:0 delay:0.000\n" },
		{ "id:@\tn:0\ttry:0\tstatus:sending\n"
		  "id:@\tn:0\ttry:0\tstatus:deferred\tnext:1790000099\n",
		    "Q - 00001 1790000099 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000099.000\n" },
		{ "id:@\tn:0\ttry:0\tstatus:sending\n"
		  "id:@\tn:0\ttry:0\tstatus:later\n",
		    "Q - 00000 0000000000", "", "" },
		{ "id:@\tn:0\ttry:0\tstatus:sending\n"
		  "id:@\tn:0\ttry:0\tstatus:later\tdoubt:1\n",
		    "Q ? 00000 0000000000", "", "" },
		{ "id:@\tn:0\ttry:0\tstatus:later\tdoubt:1\n"
		  "id:@\tn:0\ttry:0\tstatus:sending\n"
		  "id:@\tn:0\ttry:0\tstatus:later\n",
		    "Q ? 00000 0000000000", "", "" },
		{ "id:@\tn:0\ttry:0\tstatus:later\tdoubt:1\n"
		  "id:@\tn:0\ttry:0\tstatus:sending\n"
		  "id:@\tn:0\ttry:0\tstatus:deferred\tnext:1790000099\n",
		    "Q - 00001 1790000099 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000099.000\n" },
		{ "id:@\tn:0\ttry:0\tstatus:deferred\tdoubt:1\t"
		  "next:1790000099\n"
		  "id:@\tn:0\ttry:1\tstatus:sending\n"
		  "id:@\tn:0\ttry:1\tstatus:later\n",
		    "Q ? 00001 1790000099 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000099.000 "
		    "doubt:1\n" },
		{ "id:@\tn:0\ttry:0\tstatus:deferred\tdoubt:1\t"
		  "next:1790000099\n",
		    "Q ? 00001 1790000099 4.0.0 -", "",
		    "ev:deferred n:0 try:0 delay:0.000 next:1790000099.000 "
		    "doubt:1\n" },
		{ "id:@\tn:0\tstatus:sent\nid:@\tn:0\tstatus:sent\n",
		    "Q - 00000 0000000000", "0S ",
		    "ev:sent n:0 try:0 delay:0.000\n" },
		{ "id:@\tn:0\tstatus:sent\nid:@\tn:1\tstatus:sent\n",
		    "Q - 00000 0000000000", "0S 1S ",
		    "ev:sent n:0 try:0 delay:0.000\n"
		    "ev:sent n:1 try:0 delay:0.000\n" },
		{ "id:@\tn:0\tstatus:sent", "Q - 00000 0000000000", "", "" },
		{ "\n\nnonsense\nid:@\tn:0\tstatus:sent\n",
		    "Q - 00000 0000000000", "0S ",
		    "ev:sent n:0 try:0 delay:0.000\n" },
		{ "id:@\tn:2\tstatus:sent\n", "Q - 00000 0000000000", "", "" },
		{ "id:0123456789abcdefgh00\tn:0\tstatus:sent\n",
		    "Q - 00000 0000000000", "", "" },
		{ "id:0123456789abcdefgh00\tn:0\ttry:0\tstatus:sending\n",
		    "Q - 00000 0000000000", "", "" },
		{ "", "Q - 00000 0000000000", "", "" },
	};
	static struct runqueue q;
	size_t i, had;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		start(&q, before);
		runqueue_file(&q, env, "x\n");
		results(&q, 1, cases[i].text);
		end(&q);
		start(&q, &q);
		had = strlen(runqueue_journal(&q));
		recover_results(&q.r);
		is_str(runqueue_said(), cases[i].said, "said");
		is_str(runqueue_line(&q, q.id, 0), cases[i].line,
		    cases[i].text);
		is_str(runqueue_journal(&q) + had, cases[i].journal,
		    "the journal");
		is_num(left(&q), 0, "the file is gone");
		is_num(q.r.s.out, 0, "nothing is down");
		is_num(doubts_left(&q.r), 0, "and no doubt is left");
		end(&q);
	}
}

/* a file that cannot be read now */
static void
unreadable(const struct runqueue *before)
{
	static const struct {
		const char *text;
		int can_report, doubts;
		const char *journal;
	} cases[] = {
		{ "id:@\tn:1\tstatus:sent\n", 1, 0, "1S " },
		{ "id:@\tn:1\tstatus:sent\tdsn:delivered\n", 1, 0, "1D " },
		/* a run that made reports may have owed it */
		{ "id:@\tn:1\tstatus:sent\tdsn:delivered\n", 0, 0, "1D " },
		{ "id:@\tn:1\tstatus:bounced\n", 1, 0, "1B " },
		{ "id:@\tn:1\tstatus:bounced\n", 0, 0, "1B " },
		{ "id:@\tn:1\tstatus:deferred\ttry:0\n", 1, 0, "" },
		{ "id:@\tn:1\tstatus:deferred\ttry:0\tdoubt:1\n", 1, 1, "" },
		{ "id:@\tn:1\tstatus:sending\ttry:0\n", 1, 1, "" },
	};
	static struct runqueue q;
	size_t i, had;
	uint32_t m;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		start(&q, before);
		runqueue_file(&q, env, "x\n");
		results(&q, 1, cases[i].text);
		end(&q);
		start(&q, &q);
		q.r.can_report = cases[i].can_report;
		had = strlen(runqueue_journal(&q));
		runqueue_unwritable(&q, q.id);
		resultfile_open(&q.r);
		recover_results(&q.r);
		is_str(runqueue_journal(&q) + had, cases[i].journal,
		    cases[i].text);
		is_num(doubts_left(&q.r), cases[i].doubts, "a doubt is kept");
		is_num(left(&q) - (q.r.resultfile.in == RESULTFILE_DISK), 0,
		    "what was written down stands elsewhere");
		runqueue_writable(&q, q.id);
		load_message(&q.r, q.id, 0);
		m = schedule_find(&q.r.s, q.id);
		is_num(runqueue_rcpt(&q, m, 1) == SCHEDULE_NONE,
		    *cases[i].journal != '\0' &&
			strchr("BD", cases[i].journal[1]) == NULL,
		    "once it can be read that is known");
		is_num(q.r.s.message[m].flags & RUN_OWES,
		    cases[i].can_report && *cases[i].journal != '\0' &&
			    strchr("BD", cases[i].journal[1]) != NULL
			? RUN_OWES
			: 0,
		    "also that a report is owed");
		resultfile_remove(&q.r);
		close(q.r.resultfile.fd);
		close(q.r.resultfile.own);
		end(&q);
	}
}

/* more than are taken in at once, of several files, behind a hole */
static void
many(const struct runqueue *before)
{
	static struct runqueue q;
	struct buf to = { 0 }, lines = { 0 };
	unsigned i, n = 700;
	const char *p;
	size_t had;

	buf_puts(&to, "from a@a.example\n");
	for (i = 0; i < n; i++)
		buf_printf(&to, "to u%u@b.example\n", i);
	buf_putc(&to, '\0');
	start(&q, before);
	runqueue_file(&q, buf_data(&to), "x\n");
	for (i = 0; i < n; i++)
		buf_printf(&lines, "id:@\tn:%u\tstatus:sent\n", i);
	buf_putc(&lines, '\0');
	results(&q, 1, "id:@\tn:5\ttry:0\tstatus:sending\n");
	results(&q, 2, buf_data(&lines));
	close(openat(q.r.done_fd, "results.0000000003", O_CREAT, 0600));
	end(&q);
	start(&q, &q);
	q.r.rcpts_max = 1;
	had = strlen(runqueue_journal(&q));
	recover_results(&q.r);
	n = 0;
	for (p = runqueue_journal(&q) + had; *p != '\0'; p++)
		n += *p == 'S';
	is_num(n, 700, "all of them");
	is_num(q.r.s.message[schedule_find(&q.r.s, q.id)].flags, RUN_LEAVING,
	    "nothing is left of the message");
	is_num(left(&q), 0, "nor of the files");
	runqueue_said();
	end(&q);
	buf_free(&to);
	buf_free(&lines);
}

/* a time by a clock that was set back since; many messages to be read from a
 * slow disk come before it */
static void
wrong_clock(const struct runqueue *before)
{
	static struct runqueue q;
	int64_t wall_us = runqueue_clock.wall_us;
	long long next = 0;

	start(&q, before);
	runqueue_file(&q, env, "x\n");
	results(&q, 1, "id:@\tn:0\tstatus:deferred\ttry:0\tnext:1790400000\n");
	end(&q);
	start(&q, &q);
	q.r.lifetime.unsure_ms = clock_mono_ms() + 10000;
	runqueue_clock.step_us = 4000000;
	recover_results(&q.r);
	runqueue_clock.step_us = 0;
	sscanf(runqueue_line(&q, q.id, 0), "Q - 00001 %lld", &next);
	ok(next > 0 && next - clock_wall_s() < 600,
	    "a time by a clock before a step, however long it takes");
	ok(q.r.lifetime.unsure_ms <= clock_mono_ms(), "and what comes counts");
	runqueue_said();
	end(&q);
	runqueue_clock.wall_us = wall_us;
}

static void
recover(const void *arg)
{
	recover_results((struct run *)(uintptr_t)arg);
}

/* nothing is forgotten because it cannot be recorded now */
static void
stuck(const struct runqueue *before)
{
	static struct runqueue q;
	const char *said;
	int status;

	start(&q, before);
	runqueue_file(&q, env, "x\n");
	results(&q, 1, "id:@\tn:0\tstatus:sent\n");
	end(&q);
	start(&q, &q);
	runqueue_journal_broken(&q, 1);
	said = says(recover, &q.r, &status);
	ok(strstr(said, "unable to take in the results of the run before") !=
		NULL,
	    "the journal cannot be written");
	is_num(status, 111, "so nothing begins");
	is_num(left(&q), 1, "and the file stays");
	runqueue_unwritable(&q, q.id);
	said = says(recover, &q.r, &status);
	ok(strstr(said, "unable to write the journal") != NULL, "nor unseen");
	is_num(status * 10 + left(&q), 1111, "the same");
	end(&q);
}

/* the same, of a failure that its file does not take, and of a message that
 * cannot be read any more */
static void
stuck_later(const struct runqueue *before)
{
	static struct runqueue q;
	const char *said;
	int status;

	start(&q, before);
	runqueue_file(&q, env, "x\n");
	results(&q, 1, "id:@\tn:0\tstatus:bounced\n");
	end(&q);
	start(&q, &q);
	load_message(&q.r, q.id, 0);
	runqueue_unwritable(&q, q.id);
	runqueue_journal_broken(&q, 1);
	said = says(recover, &q.r, &status);
	ok(strstr(said, "unable to take in the results of the run before") !=
		NULL,
	    "a failure that stands nowhere else");
	is_num(status * 10 + left(&q), 1111, "stays where it does");
	runqueue_journal_broken(&q, 0);
	heads_drop(&q.r, schedule_find(&q.r.s, q.id));
	said = says(recover, &q.r, &status);
	ok(strstr(said, "unable to read message ") != NULL,
	    "a message that was read a moment ago");
	is_num(status * 10 + left(&q), 1111, "the same");
	runqueue_writable(&q, q.id);
	runqueue_unlink(&q, q.id);
	said = says(recover, &q.r, &status);
	is_num(status * 10 + left(&q), 0, "unless it has gone");
	end(&q);
}

/* a segment that is not open any more, and that no sync reaches */
static void
unsynced(const struct runqueue *before)
{
	static struct runqueue q;
	const char *said;
	char name[11];
	int status;

	start(&q, before);
	runqueue_file(&q, env, "x\n");
	results(&q, 1, "id:@\tn:0\tstatus:sent\n");
	done_name(name, done_current(&q.r.done) + 1);
	symlinkat("/dev/null", q.r.done_fd, name);
	end(&q);
	start(&q, &q);
	said = says(recover, &q.r, &status);
	ok(strstr(said, "unable to sync the journal") != NULL,
	    "all of the journal is to be safe");
	is_num(status * 10 + left(&q), 1111, "before the file goes");
	unlinkat(q.r.done_fd, name, 0);
	end(&q);
	start(&q, &q);
	said = says(recover, &q.r, &status);
	is_num(status * 10 + left(&q), 0, "it is");
	end(&q);
}

/* a doubt that can be written nowhere stays in the files that have it */
static void
nowhere(const struct runqueue *before)
{
	static struct runqueue q;

	start(&q, before);
	runqueue_file(&q, env, "x\n");
	results(&q, 1, "id:@\tn:0\ttry:0\tstatus:sending\n");
	results(&q, 2,
	    "id:@\tn:1\tstatus:sent\nid:@\tn:0\ttry:0\tstatus:later\n");
	runqueue_unwritable(&q, q.id);
	end(&q);
	start(&q, &q);
	recover_results(&q.r);
	is_num(left(&q), 2, "no file of ours: those before stay");
	ok(runqueue_heard("stands nowhere"), "which is said");
	end(&q);
	start(&q, &q);
	resultfile_open(&q.r);
	recover_results(&q.r);
	is_num(left(&q) - (q.r.resultfile.in == RESULTFILE_DISK), 0,
	    "until there is one");
	is_num(doubts_left(&q.r), 1, "which has the doubt");
	resultfile_remove(&q.r);
	close(q.r.resultfile.fd);
	close(q.r.resultfile.own);
	runqueue_writable(&q, q.id);
	runqueue_unlink(&q, q.id);
	end(&q);
}

/* two queues, one in the middle of the other */
static void
two(const struct runqueue *first, const struct runqueue *second)
{
	static struct runqueue q, other;

	start(&q, first);
	runqueue_file(&q, env, "x\n");
	results(&q, 1, "id:@\tn:0\tstatus:sent\n");
	end(&q);
	start(&other, second);
	runqueue_file(&other, env, "x\n");
	results(&other, 1, "id:@\tn:1\tstatus:sent\n");
	end(&other);
	start(&q, &q);
	start(&other, &other);
	recover_results(&q.r);
	recover_results(&other.r);
	is_str(runqueue_said(),
	    "ev:sent n:0 try:0 delay:0.000\nev:sent n:1 try:0 delay:0.000\n",
	    "each its own");
	is_num(left(&q) + left(&other), 0, "both are gone");
	end(&q);
	end(&other);
}

int
main(int argc, char **argv)
{
	static struct runqueue first, second;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&first);
	runqueue_open(&second);
	outcomes(&first);
	unreadable(&first);
	wrong_clock(&first);
	many(&first);
	nowhere(&first);
	two(&first, &second);
	stuck(&first);
	unsynced(&first);
	stuck_later(&second);
	is_num(runqueue_close(&first) + runqueue_close(&second), 0,
	    "nothing is left");
	return done();
}
