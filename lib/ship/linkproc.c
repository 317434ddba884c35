#include "ship/linkproc.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_BYTES = 16384 };

void
linkproc_init(struct linkproc *l)
{
	memset(l, 0, sizeof *l);
	l->to = l->from = -1;
}

static void
hang_up(struct linkproc *l)
{
	if (l->to != -1)
		loop_io_stop(&l->w);
	if (l->from != -1)
		loop_io_stop(&l->r);
	fd_drop(&l->to);
	fd_drop(&l->from);
}

static void
say_status(struct linkproc *l, int status)
{
	if (l->why[0] != '\0')
		return;
	if (WIFSIGNALED(status))
		snprintf(l->why, sizeof l->why, "ended by signal %d",
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) == EXIT_PERM)
		snprintf(l->why, sizeof l->why,
		    "ended with %d: its configuration is at fault", EXIT_PERM);
	else
		snprintf(l->why, sizeof l->why, "ended with %d",
		    WEXITSTATUS(status));
}

static void
on_ended(void *arg, int status)
{
	struct linkproc *l = arg;
	int busy = l->busy;

	say_status(l, status);
	hang_up(l);
	loop_timer_stop(&l->timer);
	buf_free(&l->in);
	l->busy = 0;
	if (busy)
		l->failed(l->arg, l->why);
	else if (status != 0)
		warn("%s: %s", l->argv[0], l->why);
}

/* what it does from here on does not count; on_ended() comes */
static void
give_up(struct linkproc *l, const char *why)
{
	if (l->why[0] == '\0')
		snprintf(l->why, sizeof l->why, "%s", why);
	hang_up(l);
	child_kill(&l->child);
}

static void
on_timeout(void *arg)
{
	give_up(arg, "no receipt in time");
}

static void
on_late_end(void *arg)
{
	struct linkproc *l = arg;

	child_kill(&l->child);
}

/* it has hung up: it says with its status why */
static void
wait_for_end(struct linkproc *l)
{
	hang_up(l);
	loop_timer_set(&l->timer, LINKPROC_END_MS, on_late_end, l);
}

static void
on_write(void *arg, int events)
{
	struct linkproc *l = arg;
	size_t all = l->head_len + l->text_len + 1, at = l->written;
	struct iovec v[3];
	int n = 0;
	ssize_t r;

	(void)events;
	if (at < l->head_len)
		v[n++] = (struct iovec){ l->head + at, l->head_len - at };
	at = at < l->head_len ? 0 : at - l->head_len;
	if (at < l->text_len)
		v[n++] = (struct iovec){ (char *)(uintptr_t)l->text + at,
			l->text_len - at };
	v[n++] = (struct iovec){ (char *)(uintptr_t) ",", 1 };
	r = writev(l->to, v, n);
	if (r > 0)
		l->written += (size_t)r;
	else if (r == -1 && errno != EAGAIN && errno != EINTR) {
		wait_for_end(l);
		return;
	}
	loop_io_want(&l->w, l->written < all ? LOOP_WRITE : 0);
}

static void
on_read(void *arg, int events)
{
	struct linkproc *l = arg;
	const char *p;
	size_t n;
	long used;
	ssize_t r;

	(void)events;
	r = fd_read_more(l->from, &l->in, READ_BYTES);
	if (r == -1 && errno == EAGAIN)
		return;
	if (r <= 0) {
		wait_for_end(l);
		return;
	}
	used = netstring_whole(buf_data(&l->in), buf_len(&l->in),
	    SHIP_RECEIPT_BYTES_MAX, &p, &n);
	if (used == 0)
		return;
	/* one answer to one question */
	if (used == -1 || !l->busy ||
	    l->written < l->head_len + l->text_len + 1 ||
	    (size_t)used != buf_len(&l->in)) {
		give_up(l, "what it answers is no receipt");
		return;
	}
	l->busy = 0;
	loop_timer_stop(&l->timer);
	l->answered(l->arg, p, n);
	buf_clear(&l->in);
}

static int
start(struct linkproc *l)
{
	struct spawn s = { .argv = l->argv, .parting = SIGKILL };
	int down[2] = { -1, -1 }, up[2] = { -1, -1 }, r = -1, saved;

	s.beside = l->beside;
	l->why[0] = '\0';
	if (fd_pipe(down) == 0 && fd_pipe(up) == 0 &&
	    fd_nonblock(down[1]) == 0 && fd_nonblock(up[0]) == 0) {
		s.fd[0] = down[0];
		s.fd[1] = up[1];
		s.fd[2] = 2;
		r = child_start(&l->child, &s, on_ended, l);
	}
	saved = errno;
	fd_drop(&down[0]);
	fd_drop(&up[1]);
	if (r == -1) {
		fd_drop(&down[1]);
		fd_drop(&up[0]);
		errno = saved;
		return -1;
	}
	fd_pipe_size(down[1], 1 << 18);
	l->to = down[1];
	l->from = up[0];
	loop_io_start(&l->r, l->from, LOOP_READ, on_read, l);
	loop_io_start(&l->w, l->to, 0, on_write, l);
	return 0;
}

int
linkproc_send(struct linkproc *l, const char *text, size_t n, int64_t ms)
{
	/* one that is just ending is not asked any more */
	if (l->child.pid != 0 && l->to == -1)
		child_end(&l->child);
	buf_clear(&l->in);
	if (l->child.pid == 0 && start(l) == -1)
		return -1;
	l->head_len = (size_t)snprintf(l->head, sizeof l->head, "%zu:", n);
	l->text = text;
	l->text_len = n;
	l->written = 0;
	l->busy = 1;
	loop_timer_set(&l->timer, ms, on_timeout, l);
	loop_io_want(&l->w, LOOP_WRITE);
	return 0;
}

void
linkproc_end(struct linkproc *l)
{
	if (l->child.pid == 0)
		return;
	l->busy = 0;
	hang_up(l);
	loop_timer_stop(&l->timer);
	buf_free(&l->in);
	if (spawn_end(l->child.pid, LINKPROC_END_MS) != EXIT_OK)
		warn("%s has not ended well", l->argv[0]);
}
