#ifndef TESTS_LOGDIR_H
#define TESTS_LOGDIR_H

#include "tap.h"
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A folder logdir_root with a log in it, `log`, in which commands make what
 * svlogd would. */
static char logdir_root[] = "/tmp/logdir.XXXXXX";

/* 0, or -1 and a test has failed */
static inline int
logdir_begin(void)
{
	char path[100];

	if (mkdtemp(logdir_root) == NULL)
		return ok(0, logdir_root) - 1;
	snprintf(path, sizeof path, "%s/log", logdir_root);
	return ok(mkdir(path, 0700) == 0, "a log") - 1;
}

/* a command in the log's folder */
static inline void sh(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

static inline void
sh(const char *fmt, ...)
{
	char text[2000], all[2100];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(all, sizeof all, "cd %s/log && { %s; }", logdir_root, text);
	if (system(all) != 0)
		ok(0, all);
}

static inline void
logdir_end(void)
{
	sh("rm -rf %s", logdir_root);
}

#endif
