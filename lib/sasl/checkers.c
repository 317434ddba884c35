#include "sasl/checkers.h"
#include "base/buf.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void feed(struct checkers *);

static void
on_time(void *arg)
{
	struct checker *c = arg;

	c->late = 1;
	child_kill(&c->child);
}

/* 0 and 1 are answers, anything else says nothing */
static int
verdict(const struct checker *c, int st)
{
	const char *name = c->all->argv[0];

	if (WIFEXITED(st) && !c->late && WEXITSTATUS(st) <= 1)
		return WEXITSTATUS(st) == 0;
	if (c->late)
		warn("%s: killed after %u seconds", name, c->all->seconds);
	else if (WIFEXITED(st))
		warn("%s: exit %d, which says nothing", name, WEXITSTATUS(st));
	else
		warn("%s: signal %d, which says nothing", name, WTERMSIG(st));
	return -1;
}

static void
on_ended(void *arg, int st)
{
	struct checker *c = arg;
	struct checkers_question *q = c->q;

	errpipe_drain(&c->err);
	errpipe_close(&c->err);
	loop_timer_stop(&c->timer);
	c->q = NULL;
	if (c->all->stopped)
		return;
	q->done(q, verdict(c, st));
	feed(c->all);
}

/* "name NUL password NUL NUL" in a pipe that holds it all; -1 with errno */
static int
data_pipe(const struct checkers_question *q)
{
	size_t n = strlen(q->name) + 1;
	struct buf b = { 0 };
	int p[2], r = -1;

	if (fd_pipe(p) == -1)
		return -1;
	if (buf_reserve(&b, CHECKERS_DATA_MAX) == 0 &&
	    buf_put(&b, q->name, n) == 0 &&
	    buf_put(&b, q->password.p, q->password.n) == 0 &&
	    buf_put(&b, "\0", 2) == 0)
		r = fd_write_all(p[1], buf_data(&b), buf_len(&b));
	buf_wipe(&b);
	close(p[1]);
	return r == -1 ? fd_fail(p[0]) : p[0];
}

static int
run(struct checker *c, int data, int err)
{
	struct spawn s = { .argv = c->all->argv,
		.fd = { -1, -1, err },
		.fd3 = data,
		.parting = SIGKILL,
		.apart = 1 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), r;

	if (null == -1)
		return -1;
	s.fd[0] = s.fd[1] = null;
	c->child.all = 1;
	r = child_start(&c->child, &s, on_ended, c);
	fd_fail(null);
	return r;
}

static int
start(struct checker *c, struct checkers_question *q)
{
	int data = data_pipe(q), err[2], r;

	if (data == -1)
		return -1;
	if (fd_pipe(err) == -1)
		return fd_fail(data);
	r = fd_nonblock(err[0]) == -1 ? -1 : run(c, data, err[1]);
	fd_fail(data);
	fd_fail(err[1]);
	if (r == -1)
		return fd_fail(err[0]);
	c->q = q;
	c->late = 0;
	errpipe_start(&c->err, err[0], c->all->argv[0], c->child.pid);
	loop_timer_set(&c->timer, (int64_t)c->all->seconds * 1000, on_time, c);
	return 0;
}

static struct checker *
idle(struct checkers *a)
{
	struct checker *c;

	for (c = a->one; c < a->one + a->n; c++)
		if (c->q == NULL && c->child.pid == 0)
			return c;
	return NULL;
}

static void
feed(struct checkers *a)
{
	struct checkers_question *q;
	struct checker *c;

	while (!a->stopped && a->line.first != NULL && (c = idle(a)) != NULL) {
		q = LIST_OF(list_take(&a->line), struct checkers_question,
		    line);
		if (start(c, q) == -1) {
			warn("%s: unable to run: %m", a->argv[0]);
			q->done(q, -1);
		}
	}
}

void
checkers_init(struct checkers *a, char *const argv[], unsigned n,
    unsigned seconds)
{
	unsigned i;

	memset(a, 0, sizeof *a);
	a->argv = argv;
	a->n = n;
	a->seconds = seconds;
	for (i = 0; i < n; i++)
		a->one[i].all = a;
}

void
checkers_ask(struct checkers *a, struct checkers_question *q)
{
	/* it would not fit, so it is nobody's */
	if (strlen(q->name) + q->password.n + 3 > CHECKERS_DATA_MAX) {
		q->done(q, 0);
		return;
	}
	list_append(&a->line, &q->line);
	feed(a);
}

void
checkers_stop(struct checkers *a)
{
	struct checker *c;

	a->stopped = 1;
	for (c = a->one; c < a->one + a->n; c++)
		child_kill(&c->child);
}
