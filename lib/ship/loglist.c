#include "ship/loglist.h"
#include "base/buf.h"
#include "base/fd.h"
#include "queue/logline.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { HEAD_READ = 4096 }; /* of a file, for its first line's time */

/* `current` again: a file that got its name meanwhile is one of two ways */
static int
same_current(const struct logfolder *l)
{
	struct stat a, b;

	if (l->current == -1)
		return 1;
	return fstat(l->current, &a) == 0 && stat(l->current_name, &b) == 0 &&
	    a.st_ino == b.st_ino;
}

/* the name of a path of the folder, without the ending; 0: it is none */
static int
file_name(const char *path, char out[CURSOR_FILE_LEN + 1])
{
	const char *name = strrchr(path, '/') + 1;
	size_t n = strlen(name);

	if (n != CURSOR_FILE_LEN + 2 || !logfiles_name(name, CURSOR_FILE_LEN))
		return 0;
	memcpy(out, name, CURSOR_FILE_LEN);
	out[CURSOR_FILE_LEN] = '\0';
	return 1;
}

static int
take(struct loglist *x)
{
	struct stat st;
	size_t i;

	x->file = calloc(x->l.n + 1, sizeof *x->file);
	x->path = calloc(x->l.n + 1, sizeof *x->path);
	if (x->file == NULL || x->path == NULL) {
		errno = ENOMEM;
		return -1;
	}
	for (i = 0; i < x->l.n; i++) {
		/* one that is gone since is one that is gone; its ending may
		 * have become another one, too: then it is there next time */
		if (!file_name(x->l.file[i], x->file[x->n].name))
			continue;
		if (stat(x->l.file[i], &st) == 0) {
			x->file[x->n].bytes = (uint64_t)st.st_size;
			x->file[x->n].ino = st.st_ino;
		} else if (errno != ENOENT) {
			return -1;
		}
		x->path[x->n++] = x->l.file[i];
	}
	if (x->l.current == -1)
		return 0;
	if (fstat(x->l.current, &st) == -1)
		return -1;
	x->ino = st.st_ino;
	x->bytes = (uint64_t)st.st_size;
	return 0;
}

int
loglist_open(struct loglist *x, const char *path)
{
	int tries = 3, saved;

	memset(x, 0, sizeof *x);
	if (logfolder_open(&x->l, path) == -1)
		return -1;
	while (!same_current(&x->l) && --tries > 0) {
		logfolder_close(&x->l);
		if (logfolder_open(&x->l, path) == -1)
			return -1;
	}
	if (take(x) == 0)
		return 0;
	saved = errno;
	loglist_close(x);
	errno = saved;
	return -1;
}

void
loglist_close(struct loglist *x)
{
	free(x->file);
	free(x->path);
	logfolder_close(&x->l);
}

const char *
loglist_path(const struct loglist *x, const char *name)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (strcmp(x->file[i].name, name) == 0)
			return x->path[i];
	return NULL;
}

/* its first n bytes, or all; a gzip that is not heard to its end has not
 * failed.  0, or -1 with errno */
static int
head_of(const char *path, size_t n, struct buf *b)
{
	struct logfile f;
	ssize_t got = 1;
	int saved;

	if (logfile_open(&f, path) == -1)
		return -1;
	while (buf_len(b) < n && got > 0)
		got = fd_read_more(f.fd, b, HEAD_READ);
	saved = errno;
	logfile_close(&f);
	errno = saved;
	return got == -1 ? -1 : 0;
}

int
loglist_alike(const char *path, const struct cursor_at *at)
{
	char sum[CURSOR_SUM_LEN + 1] = "";
	struct buf b = { 0 };
	int saved;

	if (head_of(path, at->head_len, &b) == -1) {
		saved = errno;
		buf_free(&b);
		errno = saved;
		return saved == ENOENT ? 0 : -1;
	}
	if (buf_len(&b) >= at->head_len)
		cursor_sum(buf_data(&b), at->head_len, sum);
	buf_free(&b);
	return strcmp(sum, at->head) == 0;
}

int64_t
loglist_first_us(const char *path)
{
	struct buf b = { 0 };
	const char *lf;
	int64_t us = -1;
	size_t n, skip;
	int saved;

	if (head_of(path, 1, &b) == -1 && errno != ENOENT) {
		saved = errno;
		buf_free(&b);
		errno = saved;
		return LOGLIST_UNREAD;
	}
	n = buf_len(&b);
	lf = n == 0 ? NULL : memchr(buf_data(&b), '\n', n);
	if (n > 0)
		us = logline_time(buf_data(&b),
		    lf == NULL ? n : (size_t)(lf - buf_data(&b)), &skip);
	buf_free(&b);
	return us;
}
