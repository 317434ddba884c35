#ifndef TESTS_HTTPSFAKE_H
#define TESTS_HTTPSFAKE_H

#include "pkidir.h"
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

/*
 * A server of HTTPS, tests/tools/httpsserver.py, with certificates of its own:
 * NAME is for the host `good`, and `expired`, `future`, `wrong` (another name),
 * `self`, `unknown` (an authority nobody knows) are what they say; `two` is for
 * another host.  The authority is httpsfake_ca.
 */
static char httpsfake_ca[sizeof pkidir + 64];
static unsigned httpsfake_port;
static pid_t httpsfake_pid;

/* for names of hosts with one certificate */
static inline void
httpsfake_certificates(const char *good, const char *two)
{
	char lines[2000];

	snprintf(lines, sizeof lines,
	    "root ca=1\n"
	    "stranger ca=1\n"
	    "good issuer=root names=%s\n"
	    "two issuer=root names=%s\n"
	    "expired issuer=root names=%s from=-9d until=-1d\n"
	    "future issuer=root names=%s from=1d until=9d\n"
	    "wrong issuer=root names=wrong.test\n"
	    "self names=%s\n"
	    "unknown issuer=stranger names=%s\n",
	    good, two, good, good, good, good);
	pkidir_make(lines);
	snprintf(httpsfake_ca, sizeof httpsfake_ca, "%s",
	    pkidir_path("root.crt"));
}

/* the hosts that are there from now on: JSON, as the server wants it */
static inline void
httpsfake_hosts(const char *json)
{
	FILE *f = fopen(pkidir_path("hosts.new"), "w");

	if (f == NULL || fputs(json, f) == EOF || fclose(f) == EOF ||
	    rename(pkidir_path("hosts.new"), pkidir_path("hosts")) == -1)
		exit(111);
}

/* one host, with a certificate and what else is said of it */
static inline void
httpsfake_host(const char *host, const char *cert, const char *more)
{
	static char json[200000];

	snprintf(json, sizeof json, "{\"%s\": {\"cert\": \"%s/%s.pem\", %s}}",
	    host, pkidir, cert, more);
	httpsfake_hosts(json);
}

static inline void
httpsfake_start(const char *good, const char *two)
{
	char tool[PATH_MAX], *text;
	int p[2]; /* it ends with us */
	struct timespec pause = { 0, 10000000 };
	unsigned i;
	size_t n;

	httpsfake_certificates(good, two);
	pkidir_tree(tool, "/tests/tools/httpsserver.py");
	httpsfake_hosts("{}");
	fflush(stdout);
	if (fd_pipe(p) == -1)
		exit(111);
	httpsfake_pid = fork();
	if (httpsfake_pid == 0) {
		dup2(p[0], 0);
		execlp("python3", "python3", tool, pkidir_path("port"),
		    pkidir_path("hosts"), pkidir_path("log"), (char *)NULL);
		_exit(111);
	}
	close(p[0]);
	for (i = 0; i < 3000 && access(pkidir_path("port"), R_OK) == -1; i++)
		nanosleep(&pause, NULL);
	text = pkidir_text("port", &n);
	httpsfake_port = (unsigned)strtoul(text, NULL, 10);
	free(text);
}

/* the last line of its log; valid until the next call */
static inline const char *
httpsfake_last(void)
{
	static char *text;
	char *line;
	size_t n;

	free(text);
	text = pkidir_text("log", &n);
	if (n > 0)
		text[n - 1] = '\0';
	line = strrchr(text, '\n');
	return line == NULL ? text : line + 1;
}

static inline void
httpsfake_stop(void)
{
	kill(httpsfake_pid, SIGTERM);
	waitpid(httpsfake_pid, NULL, 0);
	pkidir_remove();
}

#endif
