/* message files into the index: whole ones, damaged ones, too many */
#include "runqueue.h"
#include "says.h"
#include "tap.h"
#include <errno.h>

static const char env[] = "from a@a.example\nto b@b.example\n";

static void
put(struct runqueue *q, off_t at, const char *text, size_t n, int cut)
{
	char path[NAME_PATH_LEN + 1];
	int fd;

	name_path(path, q->id);
	fd = openat(q->r.qfd, path, O_WRONLY | (cut ? O_TRUNC : 0));
	if (fd == -1 || pwrite(fd, text, n, at) != (ssize_t)n)
		exit(111);
	close(fd);
}

/* a message whose file says this of its recipient */
static void
file(struct runqueue *q, const char *more, const char *line)
{
	char text[200];
	struct jobhead *c;
	int fd;

	snprintf(text, sizeof text, "from a@a.example\n%sto b@b.example\n",
	    more);
	runqueue_file(q, text, "x\n");
	fd = heads_open(&q->r, q->id);
	c = heads_make(&q->r, fd, q->id);
	close(fd);
	put(q, c->rcpt[0].offset + MESSAGE_TO_STATE, line, strlen(line), 0);
	free(c);
}

/* what is known of it: "Q- lane 3 0 120", that is state and mark, where it is,
 * tries, flags, and in how many seconds it is tried */
static const char *
known(const struct runqueue *q)
{
	static const char *const wheres[] = { "free", "idle", "timer", "lane",
		"again", "out", "late" };
	uint32_t m = schedule_find(&q->r.s, q->id);
	const struct schedule_rcpt *p;
	static char text[64];

	if (m == SCHEDULE_NONE)
		return "no";
	if (q->r.s.message[m].n_live == 0)
		return q->r.s.message[m].flags & RUN_LEAVING ? "leaves" : "?";
	p = &q->r.s.rcpt[q->r.s.message[m].first];
	snprintf(text, sizeof text, "%c%c %s %u %u %lld%s", p->state, p->mark,
	    wheres[p->where], p->tries, p->flags,
	    p->where == SCHEDULE_TIMER
		? (long long)(p->due_ms - clock_mono_ms()) / 1000
		: 0,
	    q->r.s.message[m].flags & RUN_OWES ? " owes" : "");
	return text;
}

static void
lines(struct runqueue *q)
{
	static const struct {
		const char *more, *line, *want;
	} cases[] = {
		{ "", "Q - 00000 0000000000", "Q- lane 0 0 0" },
		{ "", "Q - 00003 1790000100", "Q- timer 3 0 100" },
		{ "", "Q - 00003 1789999999", "Q- again 3 0 0" },
		{ "", "Q - 00001 1790021600", "Q- timer 1 0 21600" },
		{ "", "Q - 00001 1790021601", "Q- timer 1 0 21600" },
		{ "", "Q ? 00001 0000000000", "Q- again 1 1 0" },
		{ "", "Q w 00001 0000000000", "Qw again 1 0 0 owes" },
		{ "", "Q v 00001 0000000000", "Qw again 1 1 0 owes" },
		{ "", "Q W 00001 0000000000", "QW again 1 0 0" },
		{ "", "Q k 00001 0000000000", "Qk idle 1 4 0" },
		{ "", "H - 00000 0000000000", "H- idle 0 0 0" },
		{ "", "B - 00002 0000000000", "B- idle 2 0 0 owes" },
		{ "", "X - 00002 0000000000", "X- idle 2 0 0 owes" },
		{ "", "S - 00002 0000000000", "leaves" },
		{ "", "b - 00002 0000000000", "leaves" },
		{ "", "x - 00002 0000000000", "leaves" },
		{ "", "K - 00002 0000000000", "leaves" },
		{ "", "Q - 99999 0000000000", "Q- again 65535 0 0" },
		{ "hold-until 1790000050\n", "Q - 00000 0000000000",
		    "Q- timer 0 0 50" },
		{ "hold-until 1790000050\n", "Q - 00001 0000000000",
		    "Q- again 1 0 0" },
		{ "expire 1790000060\n", "Q - 00001 1790000100",
		    "Q- timer 1 0 60" },
		{ "", "Z - 00000 0000000000", "no" },
		{ "", "Q Z 00000 0000000000", "no" },
	};
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		file(q, cases[i].more, cases[i].line);
		load_message(&q->r, q->id, 0);
		is_str(known(q), cases[i].want, cases[i].line);
		if (i == 4)
			is_str(runqueue_line(q, q->id, 0),
			    "Q - 00001 1790021600",
			    "too far away: its file is told");
	}
}

/* twice, and what is gone */
static void
plain(struct runqueue *q)
{
	uint32_t had = q->r.s.messages.n;

	runqueue_load(q, env);
	load_message(&q->r, q->id, 0);
	is_num(q->r.s.messages.n, had + 1, "twice: it is there once");
	load_message(&q->r, "0123456789abcdefgh00", 0);
	is_num(q->r.s.messages.n, had + 1, "no file");
	is_num(q->r.load.bad | q->r.load.again | q->r.load.soon, 0,
	    "is no fault");
	runqueue_load(q, "from a@a.example\nexpire 1799999999\nto b@b.x\n");
	is_num(q->r.s.message[schedule_find(&q->r.s, q->id)].flags, RUN_TIMED,
	    "one with an end of its own is marked");
}

/* one that is no whole message file */
static void
damaged(struct runqueue *q)
{
	static const struct {
		const char *name, *text;
		int n, first, old;
		const char *said;
	} cases[] = {
		{ "another file, just made", "hello\n", 60, 0, 0,
		    "left alone" },
		{ "another file", "hello\n", 60, 0, 1, "set aside as aside/" },
		{ "nothing", "", 0, 0, 1, "left alone" },
		{ "nothing, at a start", "", 0, 1, 1,
		    "never accepted; removed" },
		{ "nothing, just made", "", 0, 1, 0, "left alone" },
		{ "a part of a first line", "rohrpost 1 0", 12, 1, 1,
		    "never accepted; removed" },
		{ "zeros", "\0\0\0", 60, 1, 1, "never accepted; removed" },
	};
	char text[60];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		runqueue_file(q, env, "x\n");
		memset(text, *cases[i].text, sizeof text);
		memcpy(text, cases[i].text, strlen(cases[i].text));
		put(q, 0, text, cases[i].n, 1);
		runqueue_pass(cases[i].old ? 60001 : 60000);
		q->r.first_scan = cases[i].first;
		runqueue_said();
		load_message(&q->r, q->id, 0);
		ok(runqueue_heard(cases[i].said), cases[i].name);
		is_str(known(q), "no", "it is not loaded");
	}
}

/* its head is whole, and the message behind it is not */
static void
cut(struct runqueue *q)
{
	char path[NAME_PATH_LEN + 1];
	struct stat st;
	unsigned i;
	int fd;

	for (i = 0; i < 3; i++) {
		q->r.first_scan = i > 0;
		runqueue_file(q, env, "Subject: x\n\nx\n");
		name_path(path, q->id);
		fd = openat(q->r.qfd, path, O_RDWR);
		fstat(fd, &st);
		if (i != 1 && ftruncate(fd, st.st_size - 1) == -1)
			exit(111);
		close(fd);
		runqueue_pass(60001);
		load_message(&q->r, q->id, 0);
		is_str(known(q), i == 2 ? "no" : "Q- lane 0 0 0",
		    i == 0       ? "cut: not looked at"
			: i == 1 ? "whole"
				 : "cut: at a start it is found out");
	}
	is_num(fstatat(q->r.qfd, path, &st, 0), -1, "and removed");
	q->r.first_scan = 0;
}

/* what cannot be read now */
static void
unreadable(struct runqueue *q)
{
	char path[NAME_PATH_LEN + 1];

	runqueue_file(q, env, "x\n");
	runqueue_unwritable(q, q->id);
	runqueue_said();
	load_message(&q->r, q->id, 0);
	ok(runqueue_heard("unable to read message "), "a folder");
	is_num(q->r.load.bad, 1, "the next scan comes sooner");
	is_num(q->r.load.soon, 0, "in its time");
	runqueue_writable(q, q->id);
	runqueue_unlink(q, q->id);
	name_path(path, q->id);
	symlinkat(q->id, q->r.qfd, path);
	load_message(&q->r, q->id, 0);
	ok(runqueue_heard("unable to open message "), "a loop");
	is_num(q->r.load.soon, 1, "a scan is wanted soon");
	q->r.load.bad = q->r.load.soon = 0;
	runqueue_unlink(q, q->id);
}

/* what the journal says counts more than the file */
static void
journaled(struct runqueue *q)
{
	uint32_t m;

	runqueue_file(q, "from a@a.example\nto b@b.example\nto c@c.x\n", "x\n");
	done_append(&q->r.done, "\n", 1);
	runqueue_old(&q->r, q->id, 0, MESSAGE_SENT, 0, 1);
	oldjournal_start(&q->r);
	load_message(&q->r, q->id, 0);
	m = schedule_find(&q->r.s, q->id);
	is_num(q->r.s.message[m].n_live, 1, "one has come to its end");
	is_num(q->r.s.rcpt[q->r.s.message[m].first].n, 1, "the first one");
	is_num(q->r.s.message[m].segment, 1, "its segment is held");
	is_num(q->r.done.segment[0].pins, 1, "and knows");
	is_num(q->r.oldjournal.line[0].taken, 1, "the line is done with");
}

/* an end is said again with its own time, of whoever knows it: line NULL, the
 * file knows of no end, else it has this; state 0: nor does the journal, else
 * with this time */
static void
replayed(struct runqueue *q, const char *line, enum message_state state,
    int64_t at_s, const char *want, const char *ts)
{
	file(q, "", line == NULL ? "Q - 00000 0000000000" : line);
	q->r.crashed = 1;
	if (state != 0)
		runqueue_old(&q->r, q->id, 0, state, at_s, 1);
	oldjournal_start(&q->r);
	q->r.first_scan = 1;
	runqueue_said();
	load_message(&q->r, q->id, 1);
	is_str(runqueue_said(), want, "said again");
	is_str(runqueue_ts, ts, "as of when it ended");
	q->r.crashed = q->r.first_scan = 0;
	oldjournal_taken(&q->r, q->id);
	q->r.oldjournal.n = 0;
	schedule_forget(&q->r.s, schedule_find(&q->r.s, q->id));
}

static void
times(struct runqueue *q)
{
	static const char bounced[] = "ev:bounced n:0 replay:1\n",
			  sent[] = "ev:sent n:0 replay:1\n",
			  then[] = "2026-09-21T14:13:27.000000Z";

	replayed(q, "B - 00001 1790000007", 0, 0, bounced, then);
	replayed(q, NULL, MESSAGE_SENT, 1790000007, sent, then);
	replayed(q, NULL, MESSAGE_BOUNCED_SAID, 1790000007, bounced, then);
	/* the journal's counts */
	replayed(q, "B - 00001 1790000003", MESSAGE_BOUNCED_SAID, 1790000007,
	    bounced, then);
	replayed(q, "R - 00001 1790000003", MESSAGE_RELAYED, 1790000007, sent,
	    then);
	/* of an older version: what it is now */
	runqueue_clock.wall_us = 1790000011000000;
	replayed(q, "B - 00001 0000000000", 0, 0, bounced,
	    "2026-09-21T14:13:31.000000Z");
	replayed(q, NULL, MESSAGE_SENT, 0, sent, "2026-09-21T14:13:31.000000Z");
	runqueue_clock.wall_us = 1790000000000000;
}

/* -m, and what a crash may have kept out of the log */
static void
room(struct runqueue *q)
{
	q->r.rcpts_max = q->r.s.used_rcpt + 1;
	runqueue_load(q, env);
	is_str(known(q), "Q- lane 0 0 0", "as many as -m says");
	is_num(q->r.load.again, 0, "there was room");
	file(q, "", "B - 00001 0000000000");
	runqueue_said();
	load_message(&q->r, q->id, 0);
	is_str(known(q), "no", "one above");
	is_num(q->r.load.again, 1, "is looked for again");
	is_str(runqueue_said(), "", "and nothing is said");
	q->r.crashed = q->r.first_scan = 1;
	load_message(&q->r, q->id, 0);
	is_str(runqueue_said(), "ev:bounced n:0 replay:1\n",
	    "but after a crash its end");
	load_message(&q->r, q->id, 1);
	is_str(known(q), "B- idle 1 0 0 owes", "unless it is needed now");
	is_str(runqueue_said(), "ev:bounced n:0 replay:1\n",
	    "which says it, too");
	q->r.crashed = q->r.first_scan = q->r.load.again = 0;
}

/* one that is asked for by its name */
static void
now(struct runqueue *q)
{
	q->r.rcpts_max = 1;
	errno = 0;
	is_num(load_now(&q->r, "0123456789abcdefgh00"), SCHEDULE_NONE,
	    "no file");
	is_num(errno, ENOENT, "and that is why");
	runqueue_file(q, env, "x\n");
	ok(load_now(&q->r, q->id) != SCHEDULE_NONE,
	    "also where there is no room");
	ok(load_now(&q->r, q->id) != SCHEDULE_NONE, "twice");
	runqueue_file(q, env, "x\n");
	put(q, 0, "x", 1, 0);
	errno = 0;
	is_num(load_now(&q->r, q->id), SCHEDULE_NONE, "one that is damaged");
	is_num(errno, EIO, "and that is why");
	runqueue_file(q, env, "good\n");
	q->r.crashed = q->r.first_scan = 1;
	ok(load_now(&q->r, q->id) != SCHEDULE_NONE,
	    "after a crash a right one");
	runqueue_file(q, env, "good\n");
	put(q, 0, "rohrpost 1 ", 11, 0);
	put(q, 60, "x", 1, 0);
	errno = 0;
	is_num(load_now(&q->r, q->id), SCHEDULE_NONE, "not a wrong one");
	is_num(errno, ENOENT, "which is set aside");
	q->r.crashed = q->r.first_scan = 0;
	q->r.rcpts_max = RUN_RCPTS_MAX;
}

#ifndef __SANITIZE_ADDRESS__
/* of a process that may have this much more than it has now, bytes */
static void
limit_memory(rlim_t more)
{
	char text[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY);
	struct rlimit l;

	if (fd == -1 || read(fd, text, sizeof text - 1) < 1)
		exit(111);
	close(fd);
	getrlimit(RLIMIT_AS, &l);
	l.rlim_cur = strtoul(text, NULL, 10) * sysconf(_SC_PAGESIZE) + more;
	setrlimit(RLIMIT_AS, &l);
}

/* one message that is larger than what is left, twice; then a small one */
static void
fill(const void *arg)
{
	struct runqueue *q = (struct runqueue *)(uintptr_t)arg;
	char large[NAME_LEN + 1];
	struct buf b = { 0 };
	unsigned i;

	buf_puts(&b, "from a@a.example\n");
	for (i = 0; i < MESSAGE_RCPTS_MAX; i++)
		buf_printf(&b, "to u%u@b.example\n", i);
	buf_putc(&b, '\0');
	runqueue_file(q, buf_data(&b), "x\n");
	buf_free(&b);
	memcpy(large, q->id, sizeof large);
	runqueue_file(q, env, "x\n");
	limit_memory(8 << 20);
	load_start(&q->r);
	load_message(&q->r, large, 0);
	warn("%s reserve, -m %u, %s", q->r.load.reserve == NULL ? "no" : "a",
	    (unsigned)q->r.rcpts_max, q->r.load.soon ? "soon" : "no scan");
	load_message(&q->r, large, 0);
	load_message(&q->r, q->id, 0);
	warn("%s", known(q));
}

/* memory is out: what is there goes on, and more waits on the disk */
static void
memory(struct runqueue *q)
{
	int status;
	const char *said = says(fill, q, &status);

	ok(strstr(said,
	       "out of memory with 0 recipients; others wait on the "
	       "disk, as with -m 10000") != NULL,
	    "there is room for some");
	ok(strstr(said, "no reserve, -m 10000, soon") != NULL,
	    "what was kept is given up");
	ok(strstr(said, "out of memory for message ") != NULL,
	    "the same is left out once more");
	ok(strstr(said, "Q- lane 0 0 0") != NULL, "a small one is not");
	is_num(status, 0, "and all goes on");
}
#endif

/* the clock has made a step, and no tick has come since */
static void
stepped(struct runqueue *q)
{
	char text[64];

	runqueue_clock.wall_us -= runqueue_clock.wall_us % 1000000;
	lifetime_start(&q->r);
	snprintf(text, sizeof text, "hold-until %lld\n",
	    (long long)clock_wall_s() + 50);
	file(q, text, "Q - 00000 0000000000");
	runqueue_clock.wall_us += 86400 * INT64_C(1000000);
	load_message(&q->r, q->id, 0);
	is_str(known(q), "Q- timer 0 0 50", "it is held as long as it was");
	runqueue_clock.wall_us -= 86400 * INT64_C(1000000);
}

int
main(int argc, char **argv)
{
	static struct runqueue q, other, ahead, crashed;

	(void)argc;
	runqueue_begin(argv);
	runqueue_open(&q);
	runqueue_open(&other);
	lines(&q);
	plain(&q);
	damaged(&q);
	cut(&q);
	unreadable(&q);
	journaled(&q);
	room(&q);
	now(&q);
#ifndef __SANITIZE_ADDRESS__
	memory(&other);
#endif
	is_num(other.r.s.messages.n, 0, "another queue has its own");
	runqueue_open(&ahead);
	stepped(&ahead);
	runqueue_open(&crashed);
	times(&crashed);
	is_num(runqueue_close(&q) + runqueue_close(&other) +
		runqueue_close(&ahead) + runqueue_close(&crashed),
	    0, "nothing is left");
	return done();
}
