#ifndef TESTS_SAYS_H
#define TESTS_SAYS_H

#include "base/fd.h"
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAYS_ROOM = 4096 };

/*
 * What f(arg) writes on descriptor 2, for functions that end the program;
 * how it ended in *status, 0 where f comes back.  Valid until the next call.
 */
static inline const char *
says(void (*f)(const void *), const void *arg, int *status)
{
	static char out[SAYS_ROOM];
	int p[2];
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	*status = -1;
	if (fd_pipe(p) == -1 || (pid = fork()) == -1)
		return "no child";
	if (pid == 0) {
		close(p[0]);
		dup2(p[1], 2);
		f(arg);
		_exit(0);
	}
	close(p[1]);
	n = fd_read_all(p[0], out, sizeof out - 1);
	close(p[0]);
	out[n == -1 ? 0 : n] = '\0';
	waitpid(pid, status, 0);
	*status = WEXITSTATUS(*status);
	return out;
}

#endif
