#include "ship/filebook.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
path_of(char path[PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int
put_line(struct buf *b, const struct cursor *c)
{
	if (ltsv_puts(b, "src", c->src) == -1 ||
	    ltsv_puts(b, "behind", c->at.behind) == -1 ||
	    ltsv_putnum(b, "logged", c->n.logged) == -1 ||
	    ltsv_putnum(b, "sum", c->n.sum) == -1)
		return -1;
	return ltsv_end(b);
}

int
filebook_put(const char *dir, const struct cursor *c)
{
	char path[PATH_MAX], old[PATH_MAX];
	struct buf b = { 0 };
	struct stat st;
	int fd, r;

	if (path_of(path, dir, "files") == -1 ||
	    path_of(old, dir, "files.old") == -1 || put_line(&b, c) == -1)
		return -1;
	if (stat(path, &st) == 0 &&
	    (size_t)st.st_size + buf_len(&b) > FILEBOOK_BYTES_MAX &&
	    rename(path, old) == -1)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	r = fd == -1 ? -1 : fd_write_all(fd, buf_data(&b), buf_len(&b));
	if (fd != -1)
		close(fd);
	buf_free(&b);
	return r;
}

int
filebook_read(const char *dir, struct buf *out)
{
	static const char *const names[] = { "files.old", "files" };
	char path[PATH_MAX], *text;
	size_t n;
	int i, r;

	for (i = 0; i < 2; i++) {
		if (path_of(path, dir, names[i]) == -1)
			return -1;
		if (fd_slurp(path, FILEBOOK_BYTES_MAX, &text, &n) == -1) {
			if (errno == ENOENT)
				continue;
			return -1;
		}
		r = buf_put(out, text, n);
		free(text);
		if (r == -1)
			return -1;
	}
	return 0;
}

/* the value of a name; its length, -1: it is not there */
static long
get(const struct ltsv *l, const char *label, char out[CURSOR_SRC_MAX + 1])
{
	return ltsv_get(l, label, out, CURSOR_SRC_MAX + 1);
}

/* the line before *end in a book, from its beginning on, that is one of this log;
 * 1 with *end at its start, 0: there is none */
static int
line_before(const char *begin, const char **end, const char *src,
    char behind[CURSOR_SRC_MAX + 1], struct filebook_state *at)
{
	char name[CURSOR_SRC_MAX + 1];
	const char *p = *end, *lf;
	struct ltsv l;

	while (p > begin) {
		/* what has no LF behind it is no line */
		lf = p - 1;
		for (p = lf; p > begin && p[-1] != '\n'; p--)
			;
		if (*lf == '\n' && ltsv_parse(p, (size_t)(lf - p), &l) == 0 &&
		    get(&l, "src", name) != -1 && strcmp(name, src) == 0 &&
		    get(&l, "behind", behind) != -1 &&
		    ltsv_num(&l, "logged", 0, INT64_MAX, &at->logged) == 0 &&
		    ltsv_num(&l, "sum", 0, UINT64_MAX, &at->sum) == 0) {
			*end = p;
			return 1;
		}
	}
	return 0;
}

int
filebook_find(const struct buf *book, const char *src, const char *file,
    struct filebook_state *before, struct filebook_state *at)
{
	const char *begin = buf_data(book), *end = begin + buf_len(book);
	char behind[CURSOR_SRC_MAX + 1];

	do
		if (!line_before(begin, &end, src, behind, at))
			return 0;
	while (strcmp(behind, file) != 0);
	/* what was read again after a crash stands there twice */
	do
		if (!line_before(begin, &end, src, behind, before))
			return 0;
	while (strcmp(behind, file) == 0 || before->logged > at->logged);
	return 1;
}

int
filebook_begun(const struct buf *book, const char *src, uint64_t logged,
    struct filebook_state *at)
{
	const char *begin = buf_data(book), *end = begin + buf_len(book);
	char behind[CURSOR_SRC_MAX + 1];

	do
		if (!line_before(begin, &end, src, behind, at))
			return 0;
	while (at->logged > logged);
	return 1;
}
