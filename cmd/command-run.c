/*
 * command-run - run one command that is asked for over a connection, as the
 * user that we are
 *
 * Who asks (local-deliver) may read the queue and mailboxes; what he has run
 * need not.
 */
#include "base/die.h"
#include "base/exit.h"
#include "base/spawn.h"
#include "local/commandsock.h"
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char usage[] = "command-run directory";

static struct commandsock_request request;
static volatile sig_atomic_t group; /* the command's */

/* a variable has the label's name in large letters */
static int
set_variable(const struct ltsv_field *f)
{
	static char value[LTSV_LINE_MAX];
	char name[LTSV_LABEL_MAX + 1];
	unsigned i;

	for (i = 0; i < f->label_len; i++)
		name[i] = (char)toupper((unsigned char)f->label[i]);
	name[i] = '\0';
	if (ltsv_value(f, value, sizeof value) == -1)
		return -1;
	return setenv(name, value, 1);
}

/* PATH is ours; all else comes with the request */
static int
set_environment(const char *dir)
{
	const char *path = getenv("PATH");
	const struct ltsv *l = &request.fields;
	char *kept = need(strdup(path == NULL ? "/usr/bin:/bin" : path));
	unsigned i;
	int bad;

	clearenv();
	bad = setenv("PATH", kept, 1);
	bad |= setenv("SHELL", "/bin/sh", 1);
	bad |= setenv("HOME", dir, 1);
	for (i = 0; i < l->n; i++)
		if (&l->f[i] != ltsv_find(l, "command"))
			bad |= set_variable(&l->f[i]);
	free(kept);
	return bad;
}

/* while there is a command, and its group is not known to on_term() */
static void
hold_term(int how)
{
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(how, &term, NULL);
}

/* with our environment, which is made for it; -1 with errno */
static pid_t
start(void)
{
	static char command[LTSV_LINE_MAX];
	char *argv[] = { "sh", "-c", command, NULL };
	struct spawn s = { .file = "/bin/sh",
		.argv = argv,
		.fd = { request.in, request.out, request.out },
		.parting = SIGKILL,
		.apart = 1,
		.unheard = 1 };

	if (ltsv_get(&request.fields, "command", command, sizeof command) == -1)
		return -1;
	return spawn_start(&s);
}

static void
on_term(int sig)
{
	(void)sig;
	if (group > 0)
		kill(-group, SIGKILL);
}

/* until it ends; who asked hangs up to end it */
static int
watch(pid_t pid)
{
	struct pollfd p[] = { { .fd = 0 }, { .fd = -1, .events = POLLIN } };
	int st;

	p[1].fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (p[1].fd == -1)
		kill(-pid, SIGKILL);
	while (p[1].fd != -1) {
		if (poll(p, 2, -1) == -1 && errno != EINTR)
			kill(-pid, SIGKILL);
		if (p[1].revents != 0)
			break;
		if (p[0].revents != 0) {
			kill(-pid, SIGKILL);
			p[0].fd = -1;
		}
	}
	/* when it is waited for, its number may be another's */
	hold_term(SIG_BLOCK);
	if (spawn_wait(pid, &st) == -1)
		die(EXIT_TEMP, "unable to wait for the command: %m");
	group = 0;
	hold_term(SIG_UNBLOCK);
	return st;
}

int
main(int argc, char **argv)
{
	struct sigaction term = { .sa_handler = on_term };
	const char *wrong;
	pid_t pid;
	int st;

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1 || argc - optind != 1)
		die_usage(usage);
	if (chdir(argv[optind]) == -1)
		die(EXIT_TEMP, "unable to enter %s: %m", argv[optind]);
	wrong = commandsock_take(0, &request);
	if (wrong != NULL && errno != 0)
		die(EXIT_TEMP, "%s: %m", wrong);
	if (wrong != NULL)
		die(EXIT_PERM, "%s", wrong);
	needs(set_environment(argv[optind]) == 0 ? 0 : -1);
	hold_term(SIG_BLOCK);
	sigaction(SIGTERM, &term, NULL);
	pid = start();
	if (pid == -1)
		die(EXIT_TEMP, "unable to fork: %m");
	group = pid;
	hold_term(SIG_UNBLOCK);
	close(request.in);
	close(request.out);
	st = watch(pid);
	if (commandsock_answer(0, st) == -1)
		die(EXIT_TEMP, "unable to answer: %m");
	return EXIT_OK;
}
