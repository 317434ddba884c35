#ifndef TESTS_QUEUEDIR_H
#define TESTS_QUEUEDIR_H

#include "queue/layout.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* a queue for a test, in a folder of its own */
static char queuedir[] = "/tmp/rohrpost.XXXXXX";

static inline void
queuedir_make(void)
{
	const char *what;

	if (mkdtemp(queuedir) == NULL || layout_make(queuedir, &what) == -1)
		exit(111);
}

static inline void
queuedir_remove(void)
{
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", queuedir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
}

/* messages in it */
static inline unsigned
queuedir_messages(void)
{
	char path[100];
	struct dirent *e, *m;
	unsigned n = 0;
	DIR *d, *dd;

	snprintf(path, sizeof path, "%s/mess", queuedir);
	d = opendir(path);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/mess/%.10s", queuedir,
		    e->d_name);
		dd = opendir(path);
		while (dd != NULL && (m = readdir(dd)) != NULL)
			n += m->d_name[0] != '.';
		if (dd != NULL)
			closedir(dd);
	}
	if (d != NULL)
		closedir(d);
	return n;
}

#endif
