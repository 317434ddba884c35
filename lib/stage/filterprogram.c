#include "stage/filterprogram.h"
#include "base/fd.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUT_PIECE = 65536 };

static void
stop_io(struct loop_io *io, int *fd)
{
	if (*fd != -1)
		loop_io_stop(io);
	fd_drop(fd);
}

/* everything but the output */
static void
release(struct filterprogram *t)
{
	stop_io(&t->out, &t->out_fd);
	errpipe_close(&t->err);
	loop_timer_stop(&t->timer);
	buf_free(&t->text);
}

/* it is not wanted any more; on_end() comes */
static void
give_up(struct filterprogram *t, enum filterprogram_end why)
{
	if (t->why == FILTERPROGRAM_EXIT)
		t->why = why;
	child_kill(&t->child);
}

/* what it writes */

static void
keep(struct filterprogram *t)
{
	uint64_t had = spool_len(&t->output), n = buf_len(&t->text);

	if (had + n > t->output_max) {
		n = t->output_max - had;
		give_up(t, FILTERPROGRAM_TOO_LONG);
	}
	spool_add(&t->output, buf_data(&t->text), n, FILTERPROGRAM_MEMORY,
	    t->dir);
	buf_clear(&t->text);
	if (t->output.failed)
		give_up(t, FILTERPROGRAM_FAILED);
}

static void
take(struct filterprogram *t, const char *p, size_t n)
{
	enum unixtext_event ev;
	size_t used;

	for (; n > 0; p += used, n -= used) {
		used = unixtext_feed(&t->unixtext, p, n, &t->text, &ev);
		if (ev == UNIXTEXT_MORE && used < n) {
			give_up(t, FILTERPROGRAM_FAILED);
			return;
		}
	}
	keep(t);
}

/* the first bytes, as they are */
static void
take_head(struct filterprogram *t, const char *p, size_t n)
{
	uint64_t room = t->output_max - spool_len(&t->output);

	spool_add(&t->output, p, n < room ? n : room, FILTERPROGRAM_MEMORY,
	    t->dir);
}

/* 1: there may be more */
static int
read_out(struct filterprogram *t)
{
	static char piece[OUT_PIECE];
	ssize_t n;

	if (t->out_fd == -1)
		return 0;
	n = read(t->out_fd, piece, sizeof piece);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		stop_io(&t->out, &t->out_fd);
		return 0;
	}
	if (t->dir == NULL)
		take_head(t, piece, (size_t)n);
	else if (t->why == FILTERPROGRAM_EXIT)
		take(t, piece, (size_t)n);
	return 1;
}

static void
on_out(void *arg, int events)
{
	(void)events;
	read_out(arg);
}

/* its end */

static void
on_end(void *arg, int st)
{
	struct filterprogram *t = arg;
	enum filterprogram_end end;
	int code;

	/* what it has written itself is in the pipes */
	while (read_out(t))
		;
	errpipe_drain(&t->err);
	errpipe_close(&t->err);
	if (t->dir != NULL && t->why == FILTERPROGRAM_EXIT) {
		if (unixtext_finish(&t->unixtext, &t->text) == -1)
			t->why = FILTERPROGRAM_FAILED;
		keep(t);
	}
	end = t->why != FILTERPROGRAM_EXIT ? t->why
	    : WIFEXITED(st)                ? FILTERPROGRAM_EXIT
					   : FILTERPROGRAM_SIGNAL;
	code = WIFEXITED(st) ? WEXITSTATUS(st) : WTERMSIG(st);
	release(t);
	t->done(t, end, code);
}

static void
on_time(void *arg)
{
	give_up(arg, FILTERPROGRAM_TIMEOUT);
}

/* its beginning */

/* the process, in its group, watched; -1 with errno and nothing left */
static int
run(struct filterprogram *t, const struct filterprogram_run *r, int out,
    int err)
{
	struct spawn s = { .argv = r->argv,
		.fd = { r->in, out, err },
		.env = r->env,
		.n_env = r->n_env,
		/* when we are killed, at least the program ends */
		.parting = SIGKILL,
		.apart = 1 };

	/* and no other of its group, which could write, outlives it */
	t->child.all = 1;
	return child_start(&t->child, &s, on_end, t);
}

static int
start(struct filterprogram *t, const struct filterprogram_run *r)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, x = -1, saved;

	if (fd_pipe(out) == 0 && fd_pipe(err) == 0 &&
	    fd_nonblock(out[0]) == 0 && fd_nonblock(err[0]) == 0)
		x = run(t, r, out[1], err[1]);
	saved = errno;
	fd_drop(&out[1]);
	fd_drop(&err[1]);
	if (x == -1) {
		fd_drop(&out[0]);
		fd_drop(&err[0]);
	}
	t->out_fd = out[0];
	t->err.fd = err[0];
	errno = saved;
	return x;
}

int
filterprogram_start(struct filterprogram *t, const struct filterprogram_run *r)
{
	spool_init(&t->output);
	t->out_fd = t->err.fd = -1;
	t->why = FILTERPROGRAM_EXIT;
	t->output_max = r->output_max;
	t->dir = r->head ? NULL : r->dir;
	if (start(t, r) == -1)
		return -1;
	errpipe_start(&t->err, t->err.fd, r->name, t->child.pid);
	loop_io_start(&t->out, t->out_fd, LOOP_READ, on_out, t);
	loop_timer_set(&t->timer, r->timeout_ms, on_time, t);
	return 0;
}

void
filterprogram_kill(struct filterprogram *t)
{
	if (t->child.pid == 0)
		return;
	child_end(&t->child);
	release(t);
	filterprogram_free(t);
}

void
filterprogram_free(struct filterprogram *t)
{
	spool_free(&t->output);
}
