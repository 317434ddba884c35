#include "sendmail/otherprog.h"
#include "base/exit.h"
#include "base/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static int
join(char room[OTHERPROG_PATH], const char *a, const char *b)
{
	if ((size_t)snprintf(room, OTHERPROG_PATH, "%s%s", a, b) <
	    OTHERPROG_PATH)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static void
set_words(struct otherprog *o, char *program, char *a, char *b, char *c)
{
	o->argv[0] = program;
	o->argv[1] = a;
	o->argv[2] = b;
	o->argv[3] = c;
}

/* what -q asks for, as queue-ctl(8) names it; "I", "R" or "S" and what */
static int
retry_what(char what[OTHERPROG_PATH], const char *retry)
{
	switch (retry[0]) {
	case 'I': return join(what, "id:", retry + 1);
	case 'R':
		return join(what,
		    strchr(retry + 1, '@') == NULL ? "domain:" : "to:",
		    retry + 1);
	case 'S': return join(what, "from:", retry + 1);
	default: break;
	}
	/* an interval is for a daemon, which runs here anyway */
	return join(what, "all", "");
}

/* the next link of smtp-recv: the caller's own, or this program */
static int
next_link(struct otherprog *o, const char *dir, struct handin *service)
{
	char *next[] = { o->self, "-C", (char *)dir, "-bk" };
	ssize_t n;

	if (service->chain != NULL) {
		if (handin_link(service, next) == -1)
			return -1;
	} else {
		n = readlink("/proc/self/exe", o->self, sizeof o->self - 1);
		if (n <= 0)
			return -1;
		o->self[n] = '\0';
	}
	memcpy(o->argv + 3, next, sizeof next);
	return 0;
}

/* who may run this may send */
static int
speak_smtp(struct otherprog *o, const char *dir, struct handin *service)
{
	set_words(o, "smtp-recv", "-C", o->folder, NULL);
	if (next_link(o, dir, service) == -1 ||
	    setenv("RELAYCLIENT", "", 1) == -1 ||
	    setenv("TCPREMOTEIP", "127.0.0.1", 1) == -1)
		return -1;
	return setenv("PROTO", "TCP", 1);
}

int
otherprog_find(struct otherprog *o, const struct sendmail_options *opt,
    struct handin *service)
{
	int conf = opt->mode == 'i' || opt->mode == 's', r = 0;

	switch (opt->mode) {
	case 'p': set_words(o, "queue-list", o->folder, NULL, NULL); break;
	case 'i': set_words(o, "conf-build", o->folder, NULL, NULL); break;
	case 's': r = speak_smtp(o, opt->dir, service); break;
	default:
		set_words(o, "queue-ctl", o->folder, "retry", o->what);
		r = retry_what(o->what, opt->retry);
		break;
	}
	return r == -1 ? -1
		       : join(o->folder, opt->dir, conf ? "/conf" : "/queue");
}

/* its exit status is one of ours, and the caller knows only sysexits */
static int
sysexit(int status, int mode)
{
	switch (status) {
	case EXIT_OK:
	case EXIT_STOP:
	case EXIT_NONE: /* nothing of what -q names waits */ return EX_OK;
	case EXIT_PERM: return mode == 'i' ? EX_CONFIG : EX_UNAVAILABLE;
	default: break;
	}
	return EX_TEMPFAIL;
}

int
otherprog_run(const struct otherprog *o, const struct sendmail_options *opt)
{
	struct spawn s = { .argv = (char *const *)o->argv,
		.fd = { 0, 1, 2 },
		.parting = SIGTERM,
		.beside = 1 };
	pid_t pid;
	int st;

	/* cron would mail what the queue says to be done */
	if (opt->mode == 'q' && !opt->verbose)
		s.fd[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (s.fd[1] == -1)
		s.fd[1] = 1;
	pid = spawn_start(&s);
	if (pid == -1)
		return -1;
	return spawn_wait(pid, &st) == -1
	    ? EX_TEMPFAIL
	    : sysexit(spawn_status(st), opt->mode);
}
