#include "sasl/loginfile.h"
#include "base/fd.h"
#include "base/folder.h"
#include "sasl/logintable.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_folder(const char *dir)
{
	struct stat st;
	int fd;

	if (folder_settle(dir) == -1)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return fd_fail(fd);
	if (st.st_mode & 077) {
		errno = EPERM;
		return fd_fail(fd);
	}
	return fd;
}

/* what is not there is empty */
static int
read_text(struct loginfile *f)
{
	struct stat st;
	int fd = openat(f->dir, "passwd", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = -1;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (fstat(fd, &st) == -1)
		return fd_fail(fd);
	if (st.st_size > LOGINFILE_TEXT_MAX)
		errno = EFBIG;
	else if (buf_reserve(&f->text, (size_t)st.st_size + 1) == 0)
		n = fd_read_all(fd, buf_tail(&f->text), (size_t)st.st_size);
	if (n == -1)
		return fd_fail(fd);
	buf_added(&f->text, (size_t)n);
	close(fd);
	/* so that a line may be put behind it */
	if (n > 0 && buf_data(&f->text)[n - 1] != '\n')
		return buf_putc(&f->text, '\n');
	return 0;
}

int
loginfile_open(struct loginfile *f, const char *dir)
{
	memset(f, 0, sizeof *f);
	f->dir = open_folder(dir);
	if (f->dir == -1)
		return -1;
	f->lock = openat(f->dir, "lock",
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (f->lock == -1 || flock(f->lock, LOCK_EX) == -1)
		return -1;
	return read_text(f);
}

/* lines */

/* whatever it is; *name receives its first word */
static int
next_line(const struct loginfile *f, size_t *at, struct slice *line,
    struct slice *name)
{
	const char *all = buf_data(&f->text), *p, *lf;
	size_t n = buf_len(&f->text);

	if (*at >= n)
		return 0;
	p = all + *at;
	lf = memchr(p, '\n', n - *at);
	line->p = p;
	line->n = (lf == NULL ? all + n : lf) - p;
	*at += line->n + 1;
	*name = logintable_word(&p, line->p + line->n);
	return 1;
}

int
loginfile_next(const struct loginfile *f, size_t *at, struct slice *line,
    struct slice *name)
{
	while (next_line(f, at, line, name))
		if (name->n > 0 && name->p[0] != '#' && name->p[0] != ':')
			return 1;
	return 0;
}

int
loginfile_has_secret(const struct loginfile *f)
{
	struct slice line, word;
	size_t at = 0;

	while (next_line(f, &at, &line, &word))
		if (word_is(word, LOGINTABLE_SECRET))
			return 1;
	return 0;
}

int
loginfile_has_keys(struct slice line)
{
	const size_t n = strlen(LOGINTABLE_KEYS);
	const char *p = line.p, *end = p + line.n;
	struct slice w;

	while ((w = logintable_word(&p, end)).n > 0)
		if (w.n > n && memcmp(w.p, LOGINTABLE_KEYS, n) == 0)
			return 1;
	return 0;
}

int
loginfile_find(const struct loginfile *f, const char *name, struct slice *line)
{
	char kept[SASLNAME_LOGIN_MAX + 1];
	struct slice word;
	size_t at = 0;

	while (loginfile_next(f, &at, line, &word))
		if (logintable_name(word.p, word.n, kept) != -1 &&
		    strcmp(kept, name) == 0)
			return 1;
	return 0;
}

int
loginfile_is_off(struct slice line)
{
	while (line.n > 0 &&
	    (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	return line.n > 4 && memcmp(line.p + line.n - 3, "off", 3) == 0 &&
	    (line.p[line.n - 4] == ' ' || line.p[line.n - 4] == '\t');
}

int
loginfile_set(struct loginfile *f, const char *name, struct slice line)
{
	const char *all = buf_data(&f->text);
	size_t n = buf_len(&f->text), before = n, after = n;
	struct buf b = { 0 };
	struct slice old;

	if (loginfile_find(f, name, &old)) {
		before = old.p - all;
		after = before + old.n + 1;
	}
	if (buf_put(&b, all, before) == -1 ||
	    buf_put(&b, line.p, line.n) == -1 ||
	    buf_put(&b, all + after, n - after) == -1) {
		buf_free(&b);
		return -1;
	}
	buf_free(&f->text);
	f->text = b;
	return 0;
}

/* the table */

static int
add(void *arg, const char *key, size_t kn, const char *data, size_t dn)
{
	struct loginfile *f = arg;

	return cdbwrite_add(&f->cdb, key, kn, data, dn);
}

static void
wrong(void *arg, const char *reason)
{
	struct loginfile *f = arg;

	if (f->fault[0] == '\0')
		snprintf(f->fault, sizeof f->fault, "%u: %s", f->fault_line,
		    reason);
}

int
loginfile_make(struct loginfile *f)
{
	struct conffile_sink sink = { add, wrong, f };

	cdbwrite_free(&f->cdb);
	f->fault[0] = '\0';
	errno = 0;
	if (conffile_read(&conffile_logins, buf_data(&f->text),
		buf_len(&f->text), &f->fault_line, &sink) == -1)
		return -1;
	if (f->fault[0] != '\0') {
		errno = EINVAL;
		return -1;
	}
	if (errno == ENOMEM || errno == EFBIG)
		return -1;
	return cdbwrite_finish(&f->cdb);
}

static int
fill(int dir, const char *temp, const struct buf *b)
{
	int fd, r;

	unlinkat(dir, temp, 0); /* of one that was interrupted */
	fd = openat(dir, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	r = fd_write_all(fd, buf_data(b), buf_len(b));
	if (r == 0)
		r = fsync(fd);
	return close(fd) == -1 ? -1 : r;
}

/* the text first: what is made of it can be made again */
int
loginfile_write(struct loginfile *f)
{
	int why;

	if (fill(f->dir, "passwd.new", &f->text) == 0 &&
	    fill(f->dir, "passwd.cdb.new", &f->cdb.out) == 0 &&
	    renameat(f->dir, "passwd.new", f->dir, "passwd") == 0 &&
	    renameat(f->dir, "passwd.cdb.new", f->dir, "passwd.cdb") == 0)
		return fsync(f->dir);
	why = errno;
	unlinkat(f->dir, "passwd.new", 0);
	unlinkat(f->dir, "passwd.cdb.new", 0);
	errno = why;
	return -1;
}
