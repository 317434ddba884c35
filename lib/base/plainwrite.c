#include "base/plain.h"
#include "base/fd.h"

int
plain_write(int fd, const char *p, size_t n)
{
	struct buf out = { 0 };
	int r;

	if (plain_span(p, n, "\t\n") == n)
		return fd_write_all(fd, p, n);
	r = plain_put(&out, p, n, "\t\n");
	if (r == 0)
		r = fd_write_all(fd, buf_data(&out), buf_len(&out));
	buf_free(&out);
	return r;
}
