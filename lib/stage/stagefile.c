#include "stage/stagefile.h"
#include "base/fd.h"
#include "base/spool.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct writer {
	struct buf out;
	int fd, crlf;
};

static int
flush(struct writer *w)
{
	int r = fd_write_all(w->fd, buf_data(&w->out), buf_len(&w->out));

	buf_clear(&w->out);
	return r;
}

static int
put_lines(struct writer *w, const char *p, size_t n)
{
	const char *lf;
	size_t len;

	while (n > 0) {
		lf = memchr(p, '\n', n);
		len = lf == NULL ? n : (size_t)(lf - p);
		if (buf_put(&w->out, p, len) == -1 ||
		    (lf != NULL && buf_put(&w->out, "\r\n", 2) == -1))
			return -1;
		len += lf != NULL;
		p += len;
		n -= len;
	}
	return 0;
}

static int
put(void *arg, const char *p, size_t n)
{
	struct writer *w = arg;

	if ((w->crlf ? put_lines(w, p, n) : buf_put(&w->out, p, n)) == -1)
		return -1;
	return buf_len(&w->out) < SPOOL_READ ? 0 : flush(w);
}

static int
put_all(struct writer *w, const struct stage_parcel *p)
{
	if (put(w, buf_data(&p->front), buf_len(&p->front)) == -1 ||
	    put(w, buf_data(&p->header), buf_len(&p->header)) == -1 ||
	    (p->has_body && put(w, "\n", 1) == -1) ||
	    stage_read_body((struct stage_parcel *)p, put, w) == -1)
		return -1;
	return flush(w);
}

/* the same file, but only for reading */
static int
read_only(int fd)
{
	char path[64];
	int in, saved;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	in = open(path, O_RDONLY | O_CLOEXEC);
	if (in != -1) {
		close(fd);
		return in;
	}
	/* no /proc: it may write into its own copy */
	if (lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
stagefile_open(const struct stage_parcel *p, int crlf, const char *dir)
{
	uint64_t size =
	    buf_len(&p->front) + buf_len(&p->header) + stage_body_len(p);
	struct writer w = { .crlf = crlf };
	int r, saved;

	w.fd = size <= STAGEFILE_MEMORY ? memfd_create("message", MFD_CLOEXEC)
					: fd_unnamed(dir);
	if (w.fd == -1)
		return -1;
	r = put_all(&w, p);
	if (r == 0) {
		buf_free(&w.out);
		return read_only(w.fd);
	}
	saved = errno;
	buf_free(&w.out);
	close(w.fd);
	errno = saved;
	return -1;
}
