#include "many/sentfile.h"
#include "base/fd.h"
#include "base/wholefile.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or -1 with ENOMEM */
static int
read_line(struct keyset *set, const char *p, size_t n)
{
	const char *key = memchr(p, ' ', n);

	if (key == NULL || n < 4 || memcmp(p + n - 2, " .", 2) != 0)
		return 0;
	key++;
	n -= key - p;
	if (n < 3 || memchr(key, '\0', n) != NULL)
		return 0;
	return keyset_add(set, key, n - 2) == -1 ? -1 : 0;
}

/* what was cut gets its line end, before more is appended */
static int
read_all(struct sentfile *f, struct keyset *set)
{
	const char *p, *end, *lf;
	struct wholefile w;
	int r = 0;

	if (wholefile_open(&w, f->fd, "/tmp") == -1)
		return -1;
	end = w.p + w.n;
	for (p = w.p; r == 0 && p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		if (lf == NULL) {
			r = fd_write_all(f->fd, "\n", 1);
			break;
		}
		r = read_line(set, p, lf - p);
	}
	wholefile_close(&w);
	return r;
}

enum sentfile_result
sentfile_open(struct sentfile *f, const char *path, struct keyset *set)
{
	struct stat st;

	f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (f->fd == -1 || fstat(f->fd, &st) == -1)
		return SENTFILE_ERROR;
	/* what is no file may never end */
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return SENTFILE_ERROR;
	}
	if (flock(f->fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? SENTFILE_BUSY : SENTFILE_ERROR;
	return read_all(f, set) == -1 ? SENTFILE_ERROR : SENTFILE_OK;
}

int
sentfile_add(struct sentfile *f, const char *id, size_t n, const char *key)
{
	return buf_put(&f->out, id, n) == -1 || buf_putc(&f->out, ' ') == -1 ||
		buf_puts(&f->out, key) == -1 || buf_puts(&f->out, " .\n") == -1
	    ? -1
	    : 0;
}

int
sentfile_write(struct sentfile *f)
{
	if (buf_len(&f->out) == 0)
		return 0;
	if (fd_write_all(f->fd, buf_data(&f->out), buf_len(&f->out)) == -1)
		return -1;
	buf_clear(&f->out);
	return 0;
}
