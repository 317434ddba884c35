#include "sts/stscache.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* no domain's name begins so, and what is there of a crash is written over */
static const char temp[] = ".new";

int
stscache_open(struct stscache *c, const char *dir)
{
	c->path = dir;
	c->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return c->dir == -1 ? -1 : 0;
}

/* what is there at the start */

static void
take(struct stscache *c, struct stsbook *b, const char *name, const char *text,
    size_t n, int64_t now_s)
{
	static struct stsbook_domain d;
	const char *why;
	int future;

	why = stskept_get(&d, name, text, n, now_s, &future);
	if (why != NULL) {
		warn("%s/%s: not a kept policy: %s", c->path, name, why);
		return;
	}
	if (future)
		warn("%s/%s: fetched in the future: the clock was, or is, "
		     "wrong",
		    c->path, name);
	d.policy = need(strndup(d.policy, d.policy_len));
	if (stsbook_load(b, &d) == -1)
		free(d.policy);
}

static void
load(struct stscache *c, struct stsbook *b, const char *name, int64_t now_s)
{
	size_t n = strlen(name);
	char path[4096], *text;

	/* what was before, and what is not ours */
	if (name[0] == '.' || name[n - 1] == '~' ||
	    snprintf(path, sizeof path, "%s/%s", c->path, name) >=
		(int)sizeof path)
		return;
	if (fd_slurp(path, STSKEPT_MAX, &text, &n) == -1) {
		warn("%s: not a kept policy: %m", path);
		return;
	}
	take(c, b, name, text, n, now_s);
	free(text);
}

void
stscache_load(struct stscache *c, struct stsbook *b, int64_t now_s)
{
	int fd = fcntl(c->dir, F_DUPFD_CLOEXEC, 3);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL) {
		warn("unable to read %s: %m", c->path);
		return;
	}
	while ((e = readdir(d)) != NULL)
		load(c, b, e->d_name, now_s);
	closedir(d);
}

/* writing */

static int
write_temp(struct stscache *c)
{
	int fd = openat(c->dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    0644);

	if (fd == -1)
		return -1;
	if (fd_write_all(fd, buf_data(&c->file), buf_len(&c->file)) == -1 ||
	    fsync(fd) == -1)
		return fd_fail(fd);
	return close(fd);
}

/* a second name for what is there, which goes on to have its own */
static void
save_before(struct stscache *c, const char *name)
{
	char old[WORD_DOMAIN_MAX + 2];

	snprintf(old, sizeof old, "%s~", name);
	unlinkat(c->dir, old, 0);
	/* where that cannot be, what was before is known no more */
	if (linkat(c->dir, name, c->dir, old, 0) == -1)
		return;
}

static int
put(struct stscache *c, const struct stsbook_domain *d, int changed)
{
	if (write_temp(c) == -1)
		return -1;
	if (changed)
		save_before(c, d->name);
	if (renameat(c->dir, temp, c->dir, d->name) == -1)
		return -1;
	return fsync(c->dir);
}

int
stscache_keep(struct stscache *c, const struct stsbook_domain *d, int changed)
{
	buf_clear(&c->file);
	needs(stskept_put(&c->file, d));
	if (put(c, d, changed) == 0) {
		seldom_good(&c->told);
		return 0;
	}
	if (seldom(&c->told, clock_mono_ms(), STSCACHE_TELL_MS))
		warn("unable to write %s/%s: %m", c->path, d->name);
	return -1;
}

void
stscache_drop(struct stscache *c, const struct stsbook_domain *d)
{
	char old[WORD_DOMAIN_MAX + 2];

	snprintf(old, sizeof old, "%s~", d->name);
	unlinkat(c->dir, old, 0);
	unlinkat(c->dir, d->name, 0);
}
