#include "sendmail/verifyrcpt.h"
#include "base/buf.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/plain.h"
#include "base/spawn.h"
#include <unistd.h>

enum { ROUTE_READ = 4096 };

/* all that comes until its end; 0, or -1 with errno */
static int
read_all(int fd, struct buf *out)
{
	ssize_t n;

	do {
		if (buf_reserve(out, ROUTE_READ) == -1)
			return -1;
		n = fd_read_all(fd, buf_tail(out), ROUTE_READ);
		buf_added(out, n > 0 ? n : 0);
	} while (n > 0);
	return n == -1 ? -1 : 0;
}

/* what route -n prints, and how it ended; 0, or -1 with errno */
static int
hear_route(char *conf, char *address, struct buf *out, int *status)
{
	char *argv[] = { "route", "-n", conf, address, NULL };
	struct spawn s = { .argv = argv, .fd = { 0, -1, 2 }, .beside = 1 };
	int p[2], r, ended = -1;
	pid_t pid;

	if (fd_pipe(p) == -1)
		return -1;
	s.fd[1] = p[1];
	pid = spawn_start(&s);
	if (pid == -1) {
		fd_fail(p[0]);
		fd_fail(p[1]);
		return -1;
	}
	close(p[1]);
	r = read_all(p[0], out);
	fd_fail(p[0]);
	if (r == -1)
		spawn_wait(pid, NULL);
	else
		r = spawn_wait(pid, &ended);
	*status = spawn_status(ended);
	return r;
}

static const char *
verdict_name(enum verifyaddr v)
{
	switch (v) {
	case VERIFYADDR_GOES: return "deliverable";
	case VERIFYADDR_NEVER: return "undeliverable";
	case VERIFYADDR_LATER: break;
	}
	return "not now";
}

const char *
verifyrcpt(struct verifyaddr_conf *c, char *conf, char *address,
    enum verifyaddr *verdict)
{
	static struct buf out;
	const char *why = "";
	int status;

	buf_clear(&out);
	*verdict = verifyaddr_ask(c, address, &why);
	if (*verdict == VERIFYADDR_GOES) {
		if (hear_route(conf, address, &out, &status) == -1)
			return "run route";
		/* what has failed may have said a part */
		*verdict = status == EXIT_TEMP
		    ? VERIFYADDR_LATER
		    : verifyaddr_said(buf_data(&out), buf_len(&out));
	}
	if (buf_printf(&out, "%s... %s%s%s\n", address, verdict_name(*verdict),
		why[0] == '\0' ? "" : ": ", why) == -1 ||
	    plain_write(1, buf_data(&out), buf_len(&out)) == -1)
		return "write";
	return NULL;
}
