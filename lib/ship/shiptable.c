#include "ship/shiptable.h"
#include "base/cdbscan.h"
#include "base/die.h"
#include "base/fd.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
path_of(char path[PATH_MAX], const char *confdir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", confdir, name) >= PATH_MAX)
		path[0] = '\0';
}

/* 1: a whole table, 0 it is damaged */
static int
is_whole(const struct shiptable *t)
{
	const char *key, *data;
	struct cdbscan c;
	size_t n, k;
	int r;

	if (cdbscan_begin(&c, t->bytes, t->n) == -1)
		return 0;
	while ((r = cdbscan_next(&c, &key, &k, &data, &n)) == 1)
		;
	return r == 0;
}

int
shiptable_read(struct shiptable *t, const char *confdir)
{
	char path[PATH_MAX];

	memset(t, 0, sizeof *t);
	path_of(path, confdir, "ship.cdb");
	if (stat(path, &t->st) == -1 && errno == ENOENT) {
		path_of(path, confdir, "ship");
		if (access(path, F_OK) == -1)
			return 0;
		warn("%s: no table was made of it: conf-build %s", path,
		    confdir);
		return -1;
	}
	if (fd_slurp(path, SHIPTABLE_BYTES_MAX, &t->bytes, &t->n) == -1) {
		warn("unable to read %s: %m", path);
		return -1;
	}
	if (is_whole(t))
		return 1;
	warn("%s is damaged", path);
	shiptable_free(t);
	return -1;
}

void
shiptable_each(const struct shiptable *t,
    void (*take)(void *, const char *, size_t, const char *, size_t), void *arg)
{
	const char *key, *data;
	struct cdbscan c;
	size_t n, k;

	if (t->bytes == NULL || cdbscan_begin(&c, t->bytes, t->n) == -1)
		return;
	while (cdbscan_next(&c, &key, &k, &data, &n) == 1)
		take(arg, key, k, data, n);
}

int
shiptable_changed(const struct shiptable *t, const char *confdir)
{
	char path[PATH_MAX];
	struct stat st;

	path_of(path, confdir, "ship.cdb");
	return stat(path, &st) == 0 &&
	    (st.st_ino != t->st.st_ino || st.st_dev != t->st.st_dev ||
		st.st_mtim.tv_sec != t->st.st_mtim.tv_sec ||
		st.st_mtim.tv_nsec != t->st.st_mtim.tv_nsec);
}

void
shiptable_free(struct shiptable *t)
{
	free(t->bytes);
	t->bytes = NULL;
}
