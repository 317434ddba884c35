#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = RUN_SUSPENDED_MAX * (JOBHEAD_DOMAIN_MAX + 1) };

static int
add(struct run *r, const char *domain, size_t n)
{
	int fresh;

	if (n == 0 || n > JOBHEAD_DOMAIN_MAX ||
	    nametable_find(&r->suspend.names, domain, n) != NAMETABLE_NONE)
		return 0;
	if (r->suspend.names.index.n == RUN_SUSPENDED_MAX) {
		errno = ENOSPC;
		return -1;
	}
	return nametable_get(&r->suspend.names, domain, n, &fresh) ==
		NAMETABLE_NONE
	    ? -1
	    : 0;
}

void
suspend_start(struct run *r)
{
	char path[RUN_PATH_MAX + 16], *p, *text, *e;
	size_t n;

	snprintf(path, sizeof path, "%s/suspended", r->queue);
	if (fd_slurp(path, FILE_MAX, &text, &n) == -1) {
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to read %s: %m", path);
		return;
	}
	for (p = text; *p != '\0'; p = e + (*e != '\0')) {
		e = strchrnul(p, '\n');
		if (add(r, p, e - p) == -1)
			die(EXIT_TEMP, "unable to read %s: %m", path);
	}
	free(text);
}

/* the whole list anew */
static int
store(struct run *r)
{
	struct buf b = { 0 };
	uint32_t i;
	int fd, ok;

	/* one that is left out would be open at the next start */
	for (i = 0; i < r->suspend.names.n; i++)
		if (r->suspend.names.name[i].s != NULL &&
		    buf_printf(&b, "%.*s\n", (int)r->suspend.names.name[i].len,
			r->suspend.names.name[i].s) == -1)
			die(EXIT_TEMP, "out of memory");
	fd = openat(r->qfd, "suspended.new",
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	ok = fd != -1 &&
	    (buf_len(&b) == 0 ||
		fd_write_all(fd, buf_data(&b), buf_len(&b)) == 0) &&
	    fdatasync(fd) == 0;
	if (fd != -1 && close(fd) == -1)
		ok = 0;
	buf_free(&b);
	return ok && renameat(r->qfd, "suspended.new", r->qfd, "suspended") == 0
	    ? fsync(r->qfd)
	    : -1;
}

int
suspend_set(struct run *r, const char *domain, size_t n, int on)
{
	uint32_t i = nametable_find(&r->suspend.names, domain, n);

	if (on ? i != NAMETABLE_NONE : i == NAMETABLE_NONE)
		return 0;
	if (on ? add(r, domain, n) == -1 : 0)
		return -1;
	if (!on)
		nametable_put(&r->suspend.names, i);
	if (store(r) == 0)
		return 0;
	/* as it was */
	if (!on)
		add(r, domain, n);
	else if ((i = nametable_find(&r->suspend.names, domain, n)) !=
	    NAMETABLE_NONE)
		nametable_put(&r->suspend.names, i);
	return -1;
}

int
suspend_has(const struct run *r, const char *domain, size_t n)
{
	return nametable_find(&r->suspend.names, domain, n) != NAMETABLE_NONE;
}

int
suspend_is(const struct run *r, uint32_t rcpt)
{
	const struct nametable_name *d =
	    &r->s.domains.name[r->s.rcpt[rcpt].domain];

	return r->suspend.names.index.n > 0 &&
	    nametable_find(&r->suspend.names, d->s, d->len) != NAMETABLE_NONE;
}

const char *
suspend_name(const struct run *r, unsigned *at, size_t *n)
{
	while (*at < r->suspend.names.n && r->suspend.names.name[*at].s == NULL)
		(*at)++;
	if (*at >= r->suspend.names.n)
		return NULL;
	*n = r->suspend.names.name[*at].len;
	return r->suspend.names.name[(*at)++].s;
}
