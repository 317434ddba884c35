#include "local/shellcommand.h"
#include "base/exit.h"
#include "base/fd.h"
#include "local/commandsock.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

static void
stop_feeding(struct shellcommand *p)
{
	if (p->in_fd != -1)
		loop_io_stop(&p->in);
	fd_drop(&p->in_fd);
	fd_drop(&p->file);
	buf_free(&p->pending);
}

static void
release(struct shellcommand *p)
{
	stop_feeding(p);
	errpipe_close(&p->says);
	if (p->server_fd != -1)
		loop_io_stop(&p->answer);
	fd_drop(&p->server_fd);
	loop_timer_stop(&p->timer);
}

/* more of the file; 0 when there is nothing more to give */
static int
refill(struct shellcommand *p)
{
	size_t n = p->left < SHELLCOMMAND_READ ? p->left : SHELLCOMMAND_READ;
	ssize_t r;

	if (n == 0 || buf_reserve(&p->pending, n) == -1)
		return 0;
	r = pread(p->file, buf_tail(&p->pending), n, p->at);
	if (r <= 0)
		return 0;
	bytes_no_nul(buf_tail(&p->pending), r);
	buf_added(&p->pending, r);
	p->at += r;
	p->left -= r;
	return 1;
}

static void
on_in(void *arg, int events)
{
	struct shellcommand *p = arg;
	ssize_t n;

	(void)events;
	for (;;) {
		if (buf_len(&p->pending) == 0 && !refill(p))
			break;
		n = write(p->in_fd, buf_data(&p->pending),
		    buf_len(&p->pending));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return;
		if (n == -1)
			break; /* it need not read all */
		buf_consume(&p->pending, n);
	}
	/* a message cut short must not look like a whole one */
	if (p->left > 0 && buf_len(&p->pending) == 0)
		child_kill(&p->child);
	stop_feeding(p);
}

/* st: as of waitpid(2) */
static void
on_end(void *arg, int st)
{
	struct shellcommand *p = arg;

	errpipe_drain(&p->says);
	if (p->timed_out)
		st = SHELLCOMMAND_TIMED_OUT;
	release(p);
	p->done(p, st);
}

/* the server has answered, or is gone */
static void
on_answer(void *arg, int events)
{
	struct shellcommand *p = arg;
	int st, r = commandsock_status(p->server_fd, &st);

	(void)events;
	if (r == -1)
		st = SIGKILL; /* with its server, or unknown */
	if (r != 0)
		on_end(p, st);
}

static void
on_time(void *arg)
{
	struct shellcommand *p = arg;

	p->timed_out = 1;
	if (p->child.pid > 0) {
		child_kill(&p->child); /* on_end() comes */
		return;
	}
	release(p);
	p->done(p, SHELLCOMMAND_TIMED_OUT);
}

/* two pipes and the child; 0, or -1 with all closed */
static int
run(struct shellcommand *p, const struct shellcommand_run *r)
{
	char *argv[] = { "sh", "-c", (char *)r->command, NULL };
	struct spawn s = { .file = "/bin/sh",
		.argv = argv,
		.env = r->env,
		.n_env = r->n_env,
		.dir = r->dir,
		/* nobody would hear how it ended, and its job is done again */
		.parting = SIGKILL,
		.bare = 1,
		.apart = 1,
		.unheard = 1 };
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, saved;

	if (fd_pipe(in) == -1 || fd_pipe(out) == -1)
		goto fail;
	s.fd[0] = in[0];
	s.fd[1] = s.fd[2] = out[1];
	if (child_start(&p->child, &s, on_end, p) == -1)
		goto fail;
	close(in[0]);
	close(out[1]);
	p->in_fd = in[1];
	p->says.fd = out[0];
	fd_nonblock(p->in_fd);
	fd_nonblock(p->says.fd);
	return 0;
fail:
	saved = errno;
	fd_drop(&in[0]);
	fd_drop(&in[1]);
	fd_drop(&out[0]);
	fd_drop(&out[1]);
	errno = saved;
	return -1;
}

/* the message as a file without a name: a server's death, or ours, cannot
 * make a part of it look like the whole */
static int
spool(struct shellcommand *p, const struct shellcommand_run *r)
{
	int fd = fd_unnamed(r->spool), saved;

	while (fd != -1 && (buf_len(&p->pending) > 0 || refill(p))) {
		if (fd_write_all(fd, buf_data(&p->pending),
			buf_len(&p->pending)) == -1)
			goto fail;
		buf_clear(&p->pending);
	}
	if (fd == -1 || (p->left == 0 && lseek(fd, 0, SEEK_SET) == 0))
		return fd;
	errno = EIO;
fail:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* the line of the request */
static int
put_request(struct buf *b, const struct shellcommand_run *r)
{
	char label[LTSV_LABEL_MAX + 1];
	size_t i, k;

	if (ltsv_puts(b, "command", r->command) == -1)
		return -1;
	for (i = 0; i < r->n_env; i++) {
		for (k = 0; r->env[i].name[k] != '\0' && k < LTSV_LABEL_MAX;
		     k++)
			label[k] =
			    (char)tolower((unsigned char)r->env[i].name[k]);
		label[k] = '\0';
		if (strcmp(label, "path") != 0 && strcmp(label, "shell") != 0 &&
		    strcmp(label, "home") != 0 &&
		    ltsv_puts(b, label, r->env[i].value) == -1)
			return -1;
	}
	return ltsv_end(b);
}

/* a server runs it; 0, or -1 with all closed */
static int
ask(struct shellcommand *p, const struct shellcommand_run *r)
{
	int out[2] = { -1, -1 }, in = spool(p, r), saved;
	struct buf line = { 0 };

	if (in != -1 && fd_pipe(out) == 0 && put_request(&line, r) == 0)
		p->server_fd = commandsock_ask(r->server, buf_data(&line),
		    buf_len(&line), in, out[1]);
	saved = errno;
	buf_free(&line);
	fd_drop(&in);
	fd_drop(&out[1]);
	fd_drop(&p->file);
	buf_free(&p->pending);
	p->says.fd = out[0];
	if (p->server_fd == -1)
		fd_drop(&p->says.fd);
	else
		fd_nonblock(p->says.fd);
	errno = saved;
	return p->server_fd == -1 ? -1 : 0;
}

int
shellcommand_start(struct shellcommand *p, const struct shellcommand_run *r)
{
	int saved;

	p->child.pid = 0;
	p->in_fd = p->says.fd = p->server_fd = -1;
	p->timed_out = 0;
	p->at = r->off;
	p->left = r->len;
	memset(&p->pending, 0, sizeof p->pending);
	memset(&p->timer, 0, sizeof p->timer);
	p->file = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (p->file == -1)
		return -1;
	if (buf_put(&p->pending, r->before, r->before_len) == -1 ||
	    (r->server == NULL ? run(p, r) : ask(p, r)) == -1) {
		saved = errno;
		fd_drop(&p->file);
		buf_free(&p->pending);
		errno = saved;
		return -1;
	}
	errpipe_start(&p->says, p->says.fd, r->name, p->child.pid);
	if (p->in_fd != -1)
		loop_io_start(&p->in, p->in_fd, LOOP_WRITE, on_in, p);
	if (p->server_fd != -1)
		loop_io_start(&p->answer, p->server_fd, LOOP_READ, on_answer,
		    p);
	loop_timer_set(&p->timer, r->timeout_ms, on_time, p);
	return 0;
}

void
shellcommand_kill(struct shellcommand *p)
{
	child_end(&p->child);
	release(p);
}

enum shellcommand_verdict
shellcommand_verdict(int status, const char **esc)
{
	static const struct {
		int code;
		const char *esc;
	} perm[] = { { EX_DATAERR, "5.6.0" }, { EX_NOUSER, "5.1.1" },
		{ EX_NOHOST, "5.1.2" }, { EX_NOPERM, "5.7.0" },
		{ EXIT_PERM, "5.3.0" }, { 112, "5.3.0" } };
	size_t i;

	*esc = "4.3.0";
	if (status == SHELLCOMMAND_TIMED_OUT || !WIFEXITED(status))
		return SHELLCOMMAND_TEMP;
	for (i = 0; i < sizeof perm / sizeof *perm; i++)
		if (WEXITSTATUS(status) == perm[i].code) {
			*esc = perm[i].esc;
			return SHELLCOMMAND_PERM;
		}
	if (WEXITSTATUS(status) != EXIT_OK && WEXITSTATUS(status) != EXIT_STOP)
		return SHELLCOMMAND_TEMP;
	*esc = "2.0.0";
	return SHELLCOMMAND_SENT;
}
