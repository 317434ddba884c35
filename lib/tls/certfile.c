#include "tls/certfile.h"
#include "base/fd.h"
#include "crypt/certkey.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
certfile_look(int dir, const char *name, struct certfile_version *v)
{
	struct stat st;

	memset(v, 0, sizeof *v);
	if (fstatat(dir, name, &st, 0) == -1) {
		v->err = errno;
		return;
	}
	v->dev = st.st_dev;
	v->ino = st.st_ino;
	v->size = st.st_size;
	v->changed = st.st_ctim;
}

int
certfile_same(const struct certfile_version *a,
    const struct certfile_version *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	    a->changed.tv_sec == b->changed.tv_sec &&
	    a->changed.tv_nsec == b->changed.tv_nsec && a->err == b->err;
}

int
certfile_settled(const struct certfile_version *v, int64_t now_us)
{
	int64_t us =
	    (int64_t)v->changed.tv_sec * 1000000 + v->changed.tv_nsec / 1000;

	/* one that seems to be of the future, too: clocks are set */
	return v->err != 0 || llabs(now_us - us) > CERTFILE_FRESH_MS * 1000LL;
}

int
certfile_passes(int err)
{
	return err != ENOENT && err != ENOTDIR && err != ELOOP &&
	    err != ENAMETOOLONG && err != EACCES;
}

static const char *
because(int err, int *passes)
{
	static char text[200];

	*passes = certfile_passes(err);
	snprintf(text, sizeof text, "unable to read: %s", strerror(err));
	return text;
}

static const char *
fault_of(const struct stat *st, int secret)
{
	if (!S_ISREG(st->st_mode))
		return "not a regular file";
	if (secret && st->st_mode & (S_IRWXO | S_IWGRP | S_IXGRP))
		return "may be read or written by others: chmod it to 0600 or "
		       "0640";
	return st->st_size > CERTKEY_TEXT_MAX ? "file too large" : NULL;
}

static const char *
read_open(int fd, int secret, struct buf *text, int *passes)
{
	const char *fault;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return because(errno, passes);
	fault = fault_of(&st, secret);
	if (fault != NULL)
		return fault;
	/* all room at once: a buffer that grows leaves copies behind */
	if (buf_reserve(text, (size_t)st.st_size + 1) == -1)
		return because(errno, passes);
	n = fd_read_all(fd, buf_tail(text), (size_t)st.st_size + 1);
	if (n == -1)
		return because(errno, passes);
	buf_added(text, n);
	if (n == st.st_size)
		return NULL;
	*passes = 1; /* somebody is writing it */
	return "cut short";
}

const char *
certfile_read(int dir, const char *name, int secret, struct buf *text,
    int *passes)
{
	/* not to hang in a FIFO */
	int fd =
	    openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	const char *fault;

	*passes = 0;
	buf_clear(text);
	if (fd == -1)
		return because(errno, passes);
	fault = read_open(fd, secret, text, passes);
	close(fd);
	return fault;
}
