/* what programs for people say to queue-run */
#include "queue/talk.h"
#include "base/exit.h"
#include "base/fd.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-talk.XXXXXX", path[sizeof dir + 10];
static char got[200];

static void
keep(const char *line, size_t n)
{
	size_t at = strlen(got);

	snprintf(got + at, sizeof got - at, "%.*s|", (int)n - 1, line);
}

static void
opening(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), root;
	struct ask q;

	is_num(talk_open(&q, dir, &root), 0, "nobody");
	ok(faccessat(root, "ctl", F_OK, 0) == -1 && root > 2, "the folder");
	close(root);
	memcpy(a.sun_path, path, sizeof path);
	if (bind(door, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(door, 5) == -1)
		abort();
	is_num(talk_open(&q, dir, &root), 1, "somebody");
	close(root);
	ask_close(&q);
	close(door);
	is_num(talk_open(&q, dir, &root), 0, "he is gone");
	close(root);
	unlink(path);
}

/* a request that is answered so; written there, it is read from here */
static void
say(struct ctlrequest *o, const char *answer, struct ask_end *sum)
{
	struct ask a = { .fd = -1 };
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s) == -1 ||
	    fd_write_all(s[1], answer, strlen(answer)) == -1)
		abort();
	shutdown(s[1], SHUT_WR);
	a.fd = s[0];
	got[0] = '\0';
	talk_ask(&a, o, 0, 0, keep, sum);
	ask_close(&a);
	close(s[1]);
}

/* the status that it ends with, in a process of its own */
static int
status(struct ctlrequest *o, const char *answer)
{
	struct ask_end sum = { 0 };
	int st, fd;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		fd = open("/dev/null", O_WRONLY);
		dup2(fd, 1);
		dup2(fd, 2);
		if (answer == NULL)
			talk_open(&(struct ask){ .fd = -1 }, "/nowhere/q", &fd);
		else
			say(o, answer, &sum);
		_exit(0);
	}
	return waitpid(pid, &st, 0) == pid && WIFEXITED(st) ? WEXITSTATUS(st)
							    : -1;
}

static void
asking(void)
{
	static char text[CTLREQUEST_LINE_MAX + 10];
	struct ctlrequest o = { .verb = CTLREQUEST_STATUS };
	struct ask_end sum = { 0 };

	say(&o, "a:1\nb:2\nok:1\tcount:3\n", &sum);
	is_str(got, "a:1|b:2|", "its lines");
	say(&o, "ok:1\tcount:4\nc:3\n", &sum);
	is_str(got, "", "none, and what is behind the last is not read");
	is_num(sum.count, 7, "numbers are added");
	is_num(status(&o, "ok:0\ttext:no\n"), EXIT_PERM, "refused");
	is_num(status(&o, "a:1\n"), EXIT_TEMP, "it goes away");
	is_num(status(&o, NULL), EXIT_TEMP, "no queue");
	memset(text, 'x', sizeof text - 1);
	o.verb = CTLREQUEST_RETRY;
	selector_add(&o.sel, SELECTOR_FROM, 0, text, sizeof text - 1);
	is_num(status(&o, "ok:1\n"), EXIT_PERM, "more than a request holds");
}

int
main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/ctl", dir);
	opening();
	asking();
	rmdir(dir);
	return done();
}
