#include "admin/adminrun.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ = 65536 };

/* our ends of its 1 and 2, -1: ended */
struct pipes {
	int fd[2];
	pid_t pid;
};

static int
start(struct pipes *p, char *const argv[])
{
	struct spawn s = {
		.argv = argv, .parting = SIGKILL, .beside = 1, .alone = 1
	};
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, null, r = -1;

	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null != -1 && fd_pipe(out) == 0 && fd_pipe(err) == 0) {
		s.fd[0] = null;
		s.fd[1] = out[1];
		s.fd[2] = err[1];
		p->pid = spawn_start(&s);
		r = p->pid == -1 ? -1 : 0;
	}
	fd_fail(null);
	fd_fail(out[1]);
	fd_fail(err[1]);
	p->fd[0] = out[0];
	p->fd[1] = err[0];
	return r;
}

/* whole lines of what has come; at its end the rest is one, too.  0, -1: no
 * memory */
static int
take_lines(struct adminrun *r, int ended)
{
	const char *p, *lf;
	size_t n;
	int more;

	while (!r->enough && (n = buf_len(&r->out)) > 0) {
		p = buf_data(&r->out);
		lf = memchr(p, '\n', n);
		if (lf == NULL && n > ADMINRUN_LINE_MAX)
			r->large = 1;
		if (lf == NULL && (!ended || r->large))
			break;
		more = r->line(r->arg, p, lf == NULL ? n : (size_t)(lf - p));
		if (more == -1)
			return -1;
		r->enough = more == 0;
		buf_consume(&r->out, lf == NULL ? n : (size_t)(lf + 1 - p));
	}
	return 0;
}

/* more of what it prints; 0, -1: no memory */
static int
read_out(struct adminrun *r, int *fd)
{
	ssize_t n = fd_read_more(*fd, &r->out, READ);

	if (n == -1 && errno == ENOMEM)
		return -1;
	if (n <= 0)
		fd_drop(fd);
	if (r->line != NULL)
		return take_lines(r, n <= 0);
	r->large = buf_len(&r->out) > ADMINRUN_BYTES_MAX;
	return 0;
}

static void
read_err(struct adminrun *r, int *fd)
{
	char text[4096];
	ssize_t n;
	size_t room = ADMINRUN_WORDS_MAX - buf_len(&r->err);

	do
		n = read(*fd, text, sizeof text);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		fd_drop(fd);
	else
		buf_put(&r->err, text, (size_t)n < room ? (size_t)n : room);
}

/* until both have ended, or something else has: 0, or -1 with errno */
static int
hear(struct adminrun *r, struct pipes *p, int64_t until_ms)
{
	struct pollfd w[2];
	int64_t left;

	while (p->fd[0] != -1 || p->fd[1] != -1) {
		left = until_ms - clock_mono_ms();
		if (left <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		w[0] = (struct pollfd){ p->fd[0], POLLIN, 0 };
		w[1] = (struct pollfd){ p->fd[1], POLLIN, 0 };
		if (poll(w, 2, (int)left) == -1 && errno != EINTR)
			return -1;
		if (w[1].revents != 0)
			read_err(r, &p->fd[1]);
		if (w[0].revents != 0 && read_out(r, &p->fd[0]) == -1)
			return -1;
		if (r->enough || r->large)
			return 0;
	}
	return 0;
}

/* one that has closed both and lives on is given until then */
static enum adminrun_end
collect(struct adminrun *r, pid_t pid, int64_t until_ms)
{
	int status, pause_ms = 1;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_mono_ms() >= until_ms) {
			kill(pid, SIGKILL);
			spawn_wait(pid, &status);
			return ADMINRUN_LATE;
		}
		poll(NULL, 0, pause_ms);
		if (pause_ms < 50)
			pause_ms *= 2;
	}
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return ADMINRUN_ENDED;
}

static enum adminrun_end
kill_it(pid_t pid, enum adminrun_end end)
{
	int status, e = errno;

	kill(pid, SIGKILL);
	spawn_wait(pid, &status);
	errno = e;
	return end;
}

enum adminrun_end
adminrun(struct adminrun *r, char *const argv[])
{
	struct pipes p = { { -1, -1 }, -1 };
	int64_t until =
	    clock_mono_ms() + (r->wait_ms > 0 ? r->wait_ms : ADMINRUN_MS);
	enum adminrun_end end;

	if (start(&p, argv) == -1)
		end = ADMINRUN_FAILED;
	else if (hear(r, &p, until) == -1)
		end = kill_it(p.pid,
		    errno == ETIMEDOUT ? ADMINRUN_LATE : ADMINRUN_FAILED);
	else if (r->enough || r->large)
		end = kill_it(p.pid,
		    r->enough ? ADMINRUN_ENOUGH : ADMINRUN_LARGE);
	else
		end = collect(r, p.pid, until);
	fd_drop(&p.fd[0]);
	fd_drop(&p.fd[1]);
	return end;
}

void
adminrun_free(struct adminrun *r)
{
	buf_free(&r->out);
	buf_free(&r->err);
}
