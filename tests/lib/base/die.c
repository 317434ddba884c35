#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char out[4096];
static int status;

/* what f prints on 2, its status in `status` */
static const char *
run(void (*f)(void))
{
	int p[2];
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	if (fd_pipe(p) == -1)
		return "";
	pid = fork();
	if (pid == 0) {
		close(p[0]);
		dup2(p[1], 2);
		f();
		_exit(0);
	}
	close(p[1]);
	n = fd_read_all(p[0], out, sizeof out - 1);
	close(p[0]);
	out[n] = '\0';
	waitpid(pid, &status, 0);
	status = WEXITSTATUS(status);
	return out;
}

static void
say(void)
{
	errno = ENOENT;
	warn("unable to open %s: %m", "a\nb\033\377");
	if (errno == ENOENT)
		info("%s", "");
	die(EXIT_TEMP, "100%% %d", 7);
}

static void
usage(void)
{
	die_usage("prog [-x] file");
}

static void
longer(void)
{
	static char s[5000];

	memset(s, 'x', sizeof s - 1);
	warn("%s", s);
	memset(s, '\1', sizeof s - 1);
	warn("%s", s);
}

/* the log pipe is full, and non-blocking by who shares it: status 0 when
 * the message comes through once somebody reads */
static void
full(void)
{
	static char all[1 << 20];
	int q[2], st;
	ssize_t n;

	if (fd_pipe(q) == -1)
		_exit(1);
	dup2(q[1], 2);
	close(q[1]);
	fd_nonblock(2);
	while (write(2, "12345678", 8) == 8)
		;
	if (fork() == 0) {
		close(2);
		poll(NULL, 0, 50);
		n = fd_read_all(q[0], all, sizeof all);
		_exit(n < 5 || memcmp(all + n - 5, "late\n", 5) != 0);
	}
	close(q[0]);
	warn("late");
	close(2);
	wait(&st);
	_exit(WEXITSTATUS(st));
}

static void
closed(void)
{
	close(1);
	prog_init((char *[]){ "prog", NULL });
}

static void
fast(void)
{
	setenv("ROHRPOST_CLOCK", "1:1:60", 1);
	prog_init((char *[]){ "prog", NULL });
}

static void
unclear(void)
{
	setenv("ROHRPOST_CLOCK", "1:1:0", 1);
	prog_init((char *[]){ "prog", NULL });
}

int
main(void)
{
	const char *s;

	/* before this process has looked at its clock */
	is_str(run(fast), "prog: warning: the clock runs 60 times as fast\n",
	    "a clock that is faster");
	is_str(run(unclear), "prog: fatal: ROHRPOST_CLOCK: want BASE:MONO:N\n",
	    "a clock that is none");
	is_num(status, 111, "status");
	prog_init((char *[]){ "/usr/bin/prog", NULL });
	is_str(prog_name, "prog", "name");
	is_str(run(say),
	    "prog: warning: unable to open a\\x0ab\\x1b\\xff: "
	    "No such file or directory\n"
	    "prog: info: \n"
	    "prog: fatal: 100% 7\n",
	    "messages");
	is_num(status, 111, "status");
	is_str(run(usage), "prog: fatal: usage: prog [-x] file\n", "usage");
	is_num(status, 100, "status");
	s = run(longer);
	ok(strchr(s, '\n') - s < DIE_LINE_MAX, "a long line is cut");
	s = strchr(s, '\n') + 1;
	ok(strlen(s) <= DIE_LINE_MAX && s[strlen(s) - 1] == '\n',
	    "escaped, too");
	run(full);
	is_num(status, 0, "a full log pipe");
	is_str(run(closed), "prog: fatal: descriptor 1 is closed\n",
	    "closed descriptor");
	is_num(status, 111, "status");
	return done();
}
