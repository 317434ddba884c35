#ifndef TESTS_PKIDIR_H
#define TESTS_PKIDIR_H

#include "base/fd.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Certificates for a test, made by tests/tools/pki.py, in a folder of its
 * own.  What fails ends the test.
 */
static char pkidir[] = "/tmp/rohrpost.XXXXXX";

/* a file of the tree, found from where the test was built: BUILD/t/ROOM/NAME in
 * it */
static inline void
pkidir_tree(char out[PATH_MAX], const char *file)
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 64);
	unsigned up;

	out[n < 0 ? 0 : n] = '\0';
	for (up = 0; up < 4 && strrchr(out, '/') != NULL; up++)
		*strrchr(out, '/') = '\0';
	strcat(out, file);
}

/* lines: as pki.py wants them */
static inline void
pkidir_add(const char *lines)
{
	char tool[PATH_MAX];
	int p[2], status;
	pid_t pid;

	pkidir_tree(tool, "/tests/tools/pki.py");
	if (fd_pipe(p) == -1 || (pid = fork()) == -1)
		exit(111);
	if (pid == 0) {
		dup2(p[0], 0);
		execlp("python3", "python3", tool, pkidir, (char *)NULL);
		_exit(111);
	}
	close(p[0]);
	fd_write_all(p[1], lines, strlen(lines));
	close(p[1]);
	if (waitpid(pid, &status, 0) == -1 || status != 0)
		exit(111);
}

static inline void
pkidir_make(const char *lines)
{
	if (mkdtemp(pkidir) == NULL)
		exit(111);
	pkidir_add(lines);
}

/* the path of a file there; valid until the next call but three */
static inline const char *
pkidir_path(const char *name)
{
	static char path[4][sizeof pkidir + 256];
	static unsigned at;

	snprintf(path[++at % 4], sizeof *path, "%s/%s", pkidir, name);
	return path[at % 4];
}

/* the bytes of one, NUL behind them: free() it */
static inline char *
pkidir_text(const char *name, size_t *n)
{
	char *text;

	if (fd_slurp(pkidir_path(name), 1 << 20, &text, n) == -1)
		exit(111);
	return text;
}

static inline void
pkidir_remove(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", pkidir, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

#endif
