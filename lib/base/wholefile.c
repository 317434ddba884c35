#include "base/wholefile.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* bytes at..n of a file */
static int
map(struct wholefile *m, int fd, off_t at, off_t n)
{
	if (at >= n) {
		m->p = "";
		m->n = 0;
		return 0;
	}
	m->map_len = n;
	m->map = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m->map == MAP_FAILED) {
		m->map = NULL;
		return -1;
	}
	m->p = (const char *)m->map + at;
	m->n = n - at;
	return 0;
}

static int
spill(struct wholefile *m, int fd, int to)
{
	off_t n = 0;
	ssize_t k;

	do {
		if (fd_write_all(to, buf_data(&m->buf), buf_len(&m->buf)) == -1)
			return -1;
		n += buf_len(&m->buf);
		buf_clear(&m->buf);
		k = fd_read_all(fd, buf_tail(&m->buf), WHOLEFILE_MEMORY_MAX);
		if (k == -1)
			return -1;
		buf_added(&m->buf, k);
	} while (k > 0);
	return map(m, to, 0, n);
}

int
wholefile_open(struct wholefile *m, int fd, const char *tmp)
{
	struct stat st;
	off_t at;
	ssize_t k;
	int to, r;

	memset(m, 0, sizeof *m);
	at = lseek(fd, 0, SEEK_CUR);
	if (at != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return map(m, fd, at, st.st_size);
	/* one more than may be: then it is too large */
	if (buf_reserve(&m->buf, WHOLEFILE_MEMORY_MAX + 1) == -1)
		return -1;
	k = fd_read_all(fd, buf_tail(&m->buf), WHOLEFILE_MEMORY_MAX + 1);
	if (k == -1)
		return -1;
	buf_added(&m->buf, k);
	if (k <= WHOLEFILE_MEMORY_MAX) {
		m->p = buf_data(&m->buf);
		m->n = k;
		return 0;
	}
	to = fd_unnamed(tmp);
	if (to == -1)
		return -1;
	r = spill(m, fd, to);
	close(to);
	return r;
}

void
wholefile_close(struct wholefile *m)
{
	if (m->map != NULL)
		munmap(m->map, m->map_len);
	buf_free(&m->buf);
	memset(m, 0, sizeof *m);
}
