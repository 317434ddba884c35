#include "ship/pipesink.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "ship/shipjson.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum end { RUNS, ENDED, TIMED_OUT };

static void
close_all(struct pipesink *s)
{
	fd_drop(&s->to);
	fd_drop(&s->rest);
	fd_drop(&s->from);
	fd_drop(&s->pidfd);
}

static int
run(struct pipesink *s, int in[2], int out[2])
{
	char *argv[] = { "sh", "-c", (char *)(uintptr_t)s->command, NULL };

	s->pid = spawn_start(&(struct spawn){ .argv = argv,
	    .fd = { in[0], out[1], out[1] },
	    .parting = SIGTERM,
	    .apart = 1 });
	if (s->pid == -1) {
		s->pid = 0;
		return -1;
	}
	s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	return s->pidfd == -1 ? -1 : fd_cloexec(s->pidfd);
}

/* 0, or -1 with errno and nothing runs */
static int
start(struct pipesink *s)
{
	int in[2], out[2], r;

	s->to = s->rest = s->from = s->pidfd = -1;
	if (fd_pipe(in) == -1)
		return -1;
	/* its end of the pipe stays open here, too: so what it has not read
	 * can be seen when it has ended */
	s->to = in[1];
	s->rest = in[0];
	if (fd_pipe(out) == -1) {
		close_all(s);
		return -1;
	}
	s->from = out[0];
	fd_nonblock(s->to);
	fd_nonblock(s->from);
	r = run(s, in, out);
	close(out[1]);
	if (r == -1) {
		if (s->pid != 0)
			spawn_end(s->pid, 0);
		s->pid = 0;
		close_all(s);
		return -1;
	}
	errlog_begin(&s->says, "command", 0);
	return 0;
}

/* how many bytes it has not read */
static int
unread(const struct pipesink *s)
{
	int n = 0;

	return ioctl(s->rest, FIONREAD, &n) == -1 ? -1 : n;
}

static void
hear(struct pipesink *s)
{
	int r = 1;

	while (s->from != -1 && (r = errlog_read(&s->says, s->from)) == 1)
		;
	if (r == -1)
		fd_drop(&s->from);
}

static void
feed(struct pipesink *s, size_t *sent)
{
	ssize_t n =
	    write(s->to, buf_data(&s->text) + *sent, buf_len(&s->text) - *sent);

	if (n > 0)
		*sent += (size_t)n;
}

/* until it has ended, or has read all that is for it, as a stream */
static enum end
attend(struct pipesink *s, int64_t until_ms)
{
	size_t sent = 0;
	int64_t left;
	int all;

	for (;;) {
		all = sent == buf_len(&s->text);
		if (all && s->stream && unread(s) == 0)
			return RUNS;
		if (all && !s->stream)
			fd_drop(&s->to);
		struct pollfd p[] = {
			{ .fd = all ? -1 : s->to, .events = POLLOUT },
			{ .fd = s->from, .events = POLLIN },
			{ .fd = s->pidfd, .events = POLLIN },
		};
		left = until_ms - clock_mono_ms();
		if (left <= 0)
			return TIMED_OUT;
		if (all && s->stream && left > PIPESINK_LOOK_MS)
			left = PIPESINK_LOOK_MS;
		if (poll(p, 3, (int)left) == -1 && errno != EINTR)
			return TIMED_OUT;
		hear(s);
		if (p[2].revents != 0)
			return ENDED;
		if (p[0].revents != 0)
			feed(s, &sent);
	}
}

/* it is over: its status as waitpid(2) has it, and what it left behind of its
 * group ends, too */
static int
collect(struct pipesink *s)
{
	int status = 0;

	kill(-s->pid, SIGKILL);
	spawn_wait(s->pid, &status);
	hear(s);
	errlog_end(&s->says);
	s->pid = 0;
	return status;
}

/* the first line of what it said, behind `text` */
static void
add_words(const struct pipesink *s, char *text, size_t cap)
{
	size_t len = strlen(text), n = 0;

	while (n < s->says.kept_len && s->says.kept[n] != '\n')
		n++;
	if (n > 0)
		snprintf(text + len, cap - len, ": %.*s", (int)n, s->says.kept);
}

/* the receipt for a batch whose command has ended */
static int
judge(struct pipesink *s, int status, int left, struct buf *receipt)
{
	char text[SHIP_TEXT_MAX + 1], kind = 'Z';

	if (WIFSIGNALED(status)) {
		snprintf(text, sizeof text, "command signal %d",
		    WTERMSIG(status));
	} else if (WEXITSTATUS(status) == EXIT_OK && left == 0 && !s->stream) {
		return shipreceipt_put(receipt, 'K', -1, NULL);
	} else if (WEXITSTATUS(status) == EXIT_OK) {
		snprintf(text, sizeof text,
		    "command ended without reading all of it");
	} else {
		snprintf(text, sizeof text, "command exit %d",
		    WEXITSTATUS(status));
		if (WEXITSTATUS(status) == EXIT_PERM && !s->stream)
			kind = 'D';
	}
	add_words(s, text, sizeof text);
	return shipreceipt_put(receipt, kind, -1, text);
}

static int
put_events(struct pipesink *s, const struct ship_event *ev, size_t n)
{
	size_t i;

	buf_clear(&s->text);
	for (i = 0; i < n; i++)
		if ((s->json
			    ? shipjson_event(&s->text, ev[i].line, ev[i].len, 0)
			    : buf_put(&s->text, ev[i].line, ev[i].len)) == -1 ||
		    buf_putc(&s->text, '\n') == -1)
			return -1;
	return 0;
}

/* one that ended while there was nothing to do is started anew */
static int
running(struct pipesink *s)
{
	struct pollfd p = { .fd = s->pidfd, .events = POLLIN };

	if (s->pid != 0 && poll(&p, 1, 0) == 1) {
		collect(s);
		close_all(s);
	}
	if (s->pid == 0)
		return start(s);
	/* what it may say is counted for each batch */
	errlog_begin(&s->says, "command", 0);
	return 0;
}

int
pipesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct pipesink *s = arg;
	char text[128];
	enum end end;
	int left, status;

	if (put_events(s, ev, n) == -1)
		return -1;
	if (running(s) == -1) {
		snprintf(text, sizeof text, "unable to run sh: %s",
		    strerror(errno));
		return shipreceipt_put(receipt, 'Z', -1, text);
	}
	end = attend(s, clock_mono_ms() + s->timeout_ms);
	if (end == RUNS)
		return shipreceipt_put(receipt, 'K', -1, NULL);
	/* before the pipe goes */
	left = s->to == -1 ? unread(s) : -1;
	status = collect(s);
	close_all(s);
	if (end == TIMED_OUT)
		return shipreceipt_put(receipt, 'Z', -1,
		    s->stream ? "command does not read"
			      : "command does not end");
	return judge(s, status, left, receipt);
}

int
pipesink_end(struct pipesink *s)
{
	enum end end;
	int status;

	buf_free(&s->text);
	if (s->pid == 0)
		return 0;
	fd_drop(&s->to);
	s->stream = 0;
	end = attend(s, clock_mono_ms() + s->timeout_ms);
	status = collect(s);
	close_all(s);
	if (end == ENDED && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OK)
		return 0;
	if (end == TIMED_OUT)
		warn("the command goes on when all is read");
	else if (WIFSIGNALED(status))
		warn("the command was ended by signal %d", WTERMSIG(status));
	else
		warn("the command has ended with %d", WEXITSTATUS(status));
	return -1;
}
