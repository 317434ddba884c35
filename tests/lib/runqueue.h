#ifndef TESTS_RUNQUEUE_H
#define TESTS_RUNQUEUE_H

#include "base/cdbwrite.h"
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/die.h"
#include "base/fd.h"
#include "memlookup.h"
#include "queue/headread.h"
#include "queue/layout.h"
#include "run/run.h"
#include "samepace.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A queue in a folder of its own, and the parts of queue-run over it, for the
 * unit tests of these parts.  More than one may be open.
 *
 * Time stands still: the clocks below are linked instead of base/clock, and go
 * on by runqueue_pass(), or by `step' whenever they are read.  Timers of the
 * event loop do not know of that; runqueue_fire() lets one come now.
 */
struct runqueue {
	struct run r;
	char dir[32], id[NAME_LEN + 1]; /* id: of the last file made */
};

static struct {
	int64_t wall_us, mono_us, step_us;
} runqueue_clock = { 1790000000000000, 1000000000000, 0 };

static struct {
	int fd;           /* what is said on descriptor 2 */
	unsigned n_files; /* message files made */
	int failures;     /* what failures are called is shown, too */
} runqueue = { -1, 0, 0 };

int64_t
clock_wall_us(void)
{
	return runqueue_clock.wall_us += runqueue_clock.step_us;
}

int64_t
clock_wall_s(void)
{
	return clock_wall_us() / 1000000;
}

int64_t
clock_mono_us(void)
{
	return runqueue_clock.mono_us += runqueue_clock.step_us;
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

/* so many ms later */
static inline void
runqueue_pass(int64_t ms)
{
	runqueue_clock.wall_us += ms * 1000;
	runqueue_clock.mono_us += ms * 1000;
}

/* what is said goes into a pipe, which no limit of files holds back */
static inline void
runqueue_begin(char **argv)
{
	int p[2];

	prog_init(argv);
	if (fd_pipe(p) == -1 || fcntl(p[0], F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(p[1], F_SETPIPE_SZ, 1 << 20) == -1 || dup2(p[1], 2) == -1)
		exit(111);
	close(p[1]);
	runqueue.fd = p[0];
}

/* the ts of the last event that runqueue_said() has come by */
static char runqueue_ts[32];

/* an event without time, program and whose it is: "ev:sent n:0 try:1" */
static inline void
runqueue_event(const char *p, size_t n, struct buf *out)
{
	static const char *const not_shown[] = { "ts", "prog", "id", "from",
		"to", "tenant", "tag", "failure", "failure-type" };
	const struct ltsv_field *f;
	unsigned i, k, shown;
	struct ltsv l;

	if (ltsv_parse(p, n, &l) == -1)
		l.n = 0;
	ltsv_value(ltsv_find(&l, "ts"), runqueue_ts, sizeof runqueue_ts);
	for (i = 0; i < l.n; i++) {
		f = &l.f[i];
		shown = 1;
		for (k = 0; k < sizeof not_shown / sizeof *not_shown -
			 (runqueue.failures ? 2 : 0);
		     k++)
			shown &= f->label_len != strlen(not_shown[k]) ||
			    memcmp(f->label, not_shown[k], f->label_len) != 0;
		if (shown)
			buf_printf(out, "%s%.*s:%.*s", i > 1 ? " " : "",
			    (int)f->label_len, f->label, (int)f->value_len,
			    f->value);
	}
	buf_putc(out, '\n');
}

/* all that was said since the last time, a line each, without the program's
 * name; valid until the next call */
static inline const char *
runqueue_said(void)
{
	static struct buf in, out;
	size_t name = strlen(prog_name) + 2;
	char *p, *e, *end;
	ssize_t n;

	buf_clear(&in);
	buf_clear(&out);
	do {
		buf_reserve(&in, 65536);
		n = read(runqueue.fd, buf_tail(&in), 65536);
		buf_added(&in, n > 0 ? n : 0);
	} while (n > 0);
	p = buf_data(&in);
	end = p + buf_len(&in);
	for (; p < end && (e = memchr(p, '\n', end - p)) != NULL; p = e + 1)
		if (memcmp(p, "ts:", 3) == 0)
			runqueue_event(p, e + 1 - p, &out);
		else if ((size_t)(e - p) > name)
			buf_put(&out, p + name, e + 1 - p - name);
	buf_putc(&out, '\0');
	return buf_data(&out);
}

/* is this among what was said since the last time? */
static inline int
runqueue_heard(const char *part)
{
	return strstr(runqueue_said(), part) != NULL;
}

static inline int
runqueue_no_slice(struct run *r)
{
	(void)r;
	return 0;
}

/* a run of the queue in q->dir */
static inline void
runqueue_run(struct runqueue *q, unsigned window)
{
	struct run *r = &q->r;

	r->queue = q->dir;
	r->window = window;
	r->rcpts_max = RUN_RCPTS_MAX;
	r->deadline_ms = 3600000;
	r->lost_ms = r->deadline_ms * RUN_LOST_TIMES;
	r->rescan_ms = 600000;
	r->sync_ms = 1000;
	r->segment_bytes = DONE_SEGMENT_BYTES;
	r->can_report = 1;
	r->toline.fd = -1;
	r->resultfile.fd = r->resultfile.own = r->resultfile.memory = -1;
	r->qfd = open(q->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r->done_fd = openat(r->qfd, "done", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r->lock_fd = openat(r->qfd, "lock", O_RDWR | O_CLOEXEC);
	/* no chain yet, which takes no jobs */
	r->chain.gone = 1;
	r->chain.next_name = "next";
	r->chain.wire.rfd = r->chain.wire.wfd = -1;
	r->age.start_ms = clock_wall_us() / 1000;
	r->age.max_ms = RETRY_SECONDS_MAX * INT64_C(1000);
	if (r->lock_fd == -1 || schedule_init(&r->s, r->window) == -1 ||
	    done_open(&r->done, r->done_fd, r->segment_bytes, oldjournal_line,
		r) == -1)
		exit(111);
	failed_start(r);
	fold_start(r);
	jobs_start(r);
	rounds_start(r, runqueue_no_slice);
}

/* as queue/layout makes it, but for what survives a power cut: that takes a
 * while */
static inline void
runqueue_layout(const char *dir)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), bad = 0;
	char path[NAME_FOLDER_LEN + 1];
	unsigned i;

	for (i = 0; layout_dirs[i] != NULL; i++)
		bad |= mkdirat(at, layout_dirs[i], 0750);
	for (i = 0; i < NAME_DIRS; i++) {
		name_folder(path, i);
		bad |= mkdirat(at, path, 0750);
	}
	bad |= mkfifoat(at, "trigger", 0600);
	bad |= close(openat(at, "lock", O_WRONLY | O_CREAT, 0600));
	bad |= close(at);
	if (bad)
		exit(111);
}

static inline void
runqueue_open_window(struct runqueue *q, unsigned window)
{
	memset(q, 0, sizeof *q);
	strcpy(q->dir, "/tmp/runqueue.XXXXXX");
	if (mkdtemp(q->dir) == NULL)
		exit(111);
	runqueue_layout(q->dir);
	runqueue_run(q, window);
}

static inline void
runqueue_open(struct runqueue *q)
{
	runqueue_open_window(q, 50);
}

/* the next run of the same queue; before may be q itself */
static inline void
runqueue_next(struct runqueue *q, const struct runqueue *before)
{
	struct runqueue b = *before;

	memset(q, 0, sizeof *q);
	memcpy(q->dir, b.dir, sizeof q->dir);
	memcpy(q->id, b.id, sizeof q->id);
	runqueue_run(q, b.r.window);
}

/* 0: nothing is left of it */
static inline int
runqueue_close(struct runqueue *q)
{
	struct stat st;
	pid_t pid;

	toline_close(&q->r);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", q->dir, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	close(q->r.qfd);
	close(q->r.done_fd);
	close(q->r.lock_fd);
	schedule_free(&q->r.s);
	return stat(q->dir, &st) == -1 ? 0 : -1;
}

/* message files */

/* a file, made now, with its checksum; its id is q->id */
static inline void
runqueue_file(struct runqueue *q, const char *env, const char *text)
{
	unsigned n = runqueue.n_files++;
	char path[NAME_PATH_LEN + 1];
	struct buf b = { 0 };
	uint32_t sum;
	int fd;

	name_make(q->id, runqueue_clock.wall_us, n, n % NAME_DIRS);
	name_path(path, q->id);
	if (message_format(&b, env, strlen(env), strlen(text), NULL) == -1)
		exit(111);
	sum = message_sum_head(buf_data(&b), buf_len(&b));
	sum = message_sum_id(crc32c(sum, text, strlen(text)), q->id);
	message_sum_put(buf_data(&b) + MESSAGE_SUM_AT, sum);
	buf_puts(&b, text);
	fd = openat(q->r.qfd, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd == -1 || fd_write_all(fd, buf_data(&b), buf_len(&b)) == -1)
		exit(111);
	close(fd);
	buf_free(&b);
}

/* the same, and it is loaded; its number, SCHEDULE_NONE: it was not */
static inline uint32_t
runqueue_load(struct runqueue *q, const char *env)
{
	runqueue_file(q, env, "Subject: x\n\nx\n");
	load_message(&q->r, q->id, 0);
	return schedule_find(&q->r.s, q->id);
}

/* the same, and the number of its first recipient */
static inline uint32_t
runqueue_load_first(struct runqueue *q, const char *env)
{
	uint32_t m = runqueue_load(q, env);

	return q->r.s.message[m].first;
}

/* recipient n of a message in memory */
static inline uint32_t
runqueue_rcpt(const struct runqueue *q, uint32_t m, unsigned n)
{
	uint32_t x = q->r.s.message[m].first;

	while (x != SCHEDULE_NONE && q->r.s.rcpt[x].n != n)
		x = q->r.s.rcpt[x].later;
	return x;
}

/* it goes down the chain */
static inline void
runqueue_down(struct runqueue *q, uint32_t x)
{
	uint32_t m = q->r.s.rcpt[x].message;
	struct jobhead *c = heads_take(&q->r, m);

	if (c == NULL || jobs_claim(&q->r, x, c) == -1)
		exit(111);
	heads_release(&q->r, m, c);
}

/* the fixed part of a recipient's "to" line as it stands in the file, blanks
 * at its end cut off: "Q - 00001 1790000300 4.0.0 - busy"; valid until the
 * next call */
static inline const char *
runqueue_line(const struct runqueue *q, const char *id, unsigned n)
{
	static char line[MESSAGE_RECORD_LEN + 1];
	char path[NAME_PATH_LEN + 1];
	struct buf b = { 0 };
	struct message_head h;
	struct message_rcpt to;
	int fd;

	name_path(path, id);
	fd = openat(q->r.qfd, path, O_RDONLY);
	if (fd == -1 || headread(fd, &b, &h) == -1)
		return "no message file";
	do
		message_rcpt(&h, &to);
	while (n-- > 0);
	memcpy(line, buf_data(&b) + to.offset + MESSAGE_TO_STATE,
	    MESSAGE_RECORD_LEN);
	n = MESSAGE_RECORD_LEN;
	while (n > 0 && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
	buf_free(&b);
	close(fd);
	return line;
}

/* a folder stands in the place of its file: not even root can write to it */
static inline void
runqueue_unwritable(struct runqueue *q, const char *id)
{
	char path[NAME_PATH_LEN + 1], aside[NAME_PATH_LEN + 2];

	toline_close(&q->r);
	name_path(path, id);
	snprintf(aside, sizeof aside, "%s~", path);
	if (renameat(q->r.qfd, path, q->r.qfd, aside) == -1 ||
	    mkdirat(q->r.qfd, path, 0700) == -1)
		exit(111);
}

static inline void
runqueue_writable(struct runqueue *q, const char *id)
{
	char path[NAME_PATH_LEN + 1], aside[NAME_PATH_LEN + 2];

	name_path(path, id);
	snprintf(aside, sizeof aside, "%s~", path);
	if (unlinkat(q->r.qfd, path, AT_REMOVEDIR) == -1 ||
	    renameat(q->r.qfd, aside, q->r.qfd, path) == -1)
		exit(111);
}

static inline void
runqueue_unlink(const struct runqueue *q, const char *id)
{
	char path[NAME_PATH_LEN + 1];

	name_path(path, id);
	if (unlinkat(q->r.qfd, path, 0) == -1)
		exit(111);
}

/* the journal */

/* all that stands there, as "0S 1b |0x ", | for an empty line; valid until the
 * next call */
static inline const char *
runqueue_journal(const struct runqueue *q)
{
	static struct buf b, out;
	struct journal_line l;
	char name[11];
	size_t i, n;
	char *p;
	int fd;

	buf_clear(&b);
	buf_clear(&out);
	for (i = 0; i < q->r.done.n; i++) {
		done_name(name, q->r.done.segment[i].number);
		fd = openat(q->r.done_fd, name, O_RDONLY);
		buf_reserve(&b, 1 << 16);
		buf_added(&b, fd_read_all(fd, buf_tail(&b), 1 << 16));
		close(fd);
	}
	for (; buf_len(&b) > 0; buf_consume(&b, n)) {
		p = buf_data(&b);
		n = strcspn(p, "\n") + 1;
		if (n == 1)
			buf_putc(&out, '|');
		else if (journal_get(p, n, &l) > 0)
			buf_printf(&out, "%u%c ", l.n, (char)l.state);
	}
	buf_putc(&out, '\0');
	return buf_data(&out);
}

/* when the last of its lines says that a recipient ended; -1: there is none */
static inline int64_t
runqueue_ended_s(const struct runqueue *q, const char *id, unsigned n)
{
	struct journal_line l;
	struct buf b = { 0 };
	int64_t at_s = -1;
	char name[11];
	size_t i, used;
	int fd;

	for (i = 0; i < q->r.done.n; i++) {
		done_name(name, q->r.done.segment[i].number);
		fd = openat(q->r.done_fd, name, O_RDONLY);
		buf_reserve(&b, 1 << 16);
		buf_added(&b, fd_read_all(fd, buf_tail(&b), 1 << 16));
		close(fd);
	}
	for (; buf_len(&b) > 0; buf_consume(&b, used))
		if (journal_next(buf_data(&b), buf_len(&b), &l, &used) ==
			JOURNAL_LINE &&
		    l.n == n && memcmp(l.id, id, NAME_LEN) == 0)
			at_s = l.at_s;
	buf_free(&b);
	return at_s;
}

/* a line of it, as a start finds it of a message that is not in memory */
static inline void
runqueue_old(struct run *r, const char *id, unsigned n, enum message_state s,
    int64_t at_s, uint32_t segment)
{
	struct journal_line l = { .id = id, .n = n, .state = s, .at_s = at_s };

	if (oldjournal_line(r, &l, segment) == -1)
		exit(111);
}

/* nobody can append to it, until it is mended: then a segment begins */
static inline void
runqueue_journal_broken(struct runqueue *q, int broken)
{
	if (q->r.done.fd != -1)
		close(q->r.done.fd);
	q->r.done.fd = -1;
	q->r.done.dir = broken ? -1 : q->r.done_fd;
}

/* conf/retry of this text is in force */
static inline void
runqueue_retry(struct runqueue *q, const char *text)
{
	struct cdbwrite c = { 0 };
	struct memtable t;
	size_t i;
	int fd;

	memtable_make(&t, &conffile_retry, text);
	for (i = 0; i < t.n; i++)
		cdbwrite_add(&c, t.record[i].key, t.record[i].key_len,
		    t.record[i].data, t.record[i].data_len);
	fd = openat(q->r.qfd, "retry.new", O_WRONLY | O_CREAT, 0600);
	if (buf_len(&t.faults) > 1 || cdbwrite_finish(&c) == -1 || fd == -1 ||
	    fd_write_all(fd, buf_data(&c.out), buf_len(&c.out)) == -1 ||
	    renameat(q->r.qfd, "retry.new", q->r.qfd, "retry.cdb") == -1)
		exit(111);
	close(fd);
	memtable_free(&t);
	cdbwrite_free(&c);
	runqueue_pass(TABLE_CHECK_MS);
	if (q->r.retries.conf == NULL) {
		q->r.retries.conf = q->dir;
		retries_start(&q->r);
	}
	table_check(&q->r.retries.table);
}

/* the event loop */

/* a timer that is set comes now; 0, -1: it is not set */
static inline int
runqueue_fire(struct loop_timer *t)
{
	if (!loop_timer_active(t))
		return -1;
	loop_timer_stop(t);
	t->expired(t->arg);
	return 0;
}

static inline void
runqueue_stop(void *arg)
{
	(void)arg;
	loop_stop();
}

/* one round of the loop, which waits for nothing */
static inline void
runqueue_turn(void)
{
	struct loop_timer t;

	memset(&t, 0, sizeof t);
	loop_timer_set(&t, 0, runqueue_stop, NULL);
	loop_run();
}

/* the test takes the place of who is at the other end of a wire; its own
 * descriptor */
static inline int
runqueue_peer(struct wire *w)
{
	const struct wire_ops *ops = w->ops;
	void *arg = w->arg;
	int fd[2];

	wire_close(w);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		fd) == -1)
		exit(111);
	wire_open(w, fd[0], fd[0], ops, arg);
	return fd[1];
}

/* what that one has got since the last time; valid until the next call */
static inline const char *
runqueue_got(int peer)
{
	static char text[65536];
	ssize_t n;

	wire_flush_all();
	n = read(peer, text, sizeof text - 1);
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* he says something */
static inline void
runqueue_tell(int peer, const char *text)
{
	if (fd_write_all(peer, text, strlen(text)) == -1)
		exit(111);
	runqueue_turn();
	runqueue_turn();
}

#endif
