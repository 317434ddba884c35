#ifndef TESTS_SUPPRESSDIR_H
#define TESTS_SUPPRESSDIR_H

#include "base/fd.h"
#include "suppress/suppresslog.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder for lists, and lines for it. */
static char suppressdir[] = "/tmp/suppress.XXXXXX";
static struct suppresslog suppressdir_log;

static inline struct slice
suppressdir_slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static inline void
suppressdir_make(void)
{
	if (mkdtemp(suppressdir) == NULL ||
	    suppresslog_open(&suppressdir_log, suppressdir) == -1)
		abort();
}

static inline const char *
suppressdir_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/%s", suppressdir, name);
	return path;
}

static inline void
suppressdir_remove(void)
{
	struct dirent *e;
	DIR *d;

	suppresslog_close(&suppressdir_log);
	d = opendir(suppressdir);
	while (d != NULL && (e = readdir(d)) != NULL)
		unlink(suppressdir_path(e->d_name));
	if (d != NULL)
		closedir(d);
	rmdir(suppressdir);
}

static inline struct suppressline
suppressdir_line(enum suppressline_act act, const char *tenant,
    const char *stream, const char *to, int64_t since_s, int64_t until_s)
{
	struct suppressline l;

	memset(&l, 0, sizeof l);
	l.act = act;
	l.since_s = since_s;
	l.until_s = until_s;
	suppressline_name(l.tenant, tenant, strlen(tenant));
	suppressline_name(l.stream, stream, strlen(stream));
	suppressline_text(l.reason, sizeof l.reason, "unknown-user", 12);
	if (suppressline_address(&l, to, strlen(to)) == -1)
		abort();
	return l;
}

/* such a line into the journal; 0, or -1 */
static inline int
suppressdir_add(enum suppressline_act act, const char *tenant,
    const char *stream, const char *to, int64_t since_s, int64_t until_s)
{
	struct suppressline l =
	    suppressdir_line(act, tenant, stream, to, since_s, until_s);
	struct buf b = { 0 };
	int r = suppressline_put(&b, &l, 0);

	if (r == 0)
		r = suppresslog_append(&suppressdir_log, &b);
	buf_free(&b);
	return r;
}

/* bytes at the end of a file in the folder, as a crash leaves them */
static inline void
suppressdir_raw(const char *name, const char *p, size_t n)
{
	int fd =
	    open(suppressdir_path(name), O_WRONLY | O_APPEND | O_CREAT, 0600);

	if (fd == -1 || fd_write_all(fd, p, n) == -1 || close(fd) == -1)
		abort();
}

#endif
