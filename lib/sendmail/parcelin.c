#include "sendmail/parcelin.h"
#include "base/fd.h"
#include "format/netstring.h"

enum { KEPT_MAX = 262144 }; /* bytes in memory */

/* the length in front of it; byte by byte, since the rest is read in blocks.
 * Returns as parcelin_read */
static int
read_head(struct spool *s, int fd, uint64_t size_max, uint64_t *len)
{
	char head[NETSTRING_HEAD_MAX];
	size_t n = 0;
	int r = 0;

	while (r == 0 && n < sizeof head) {
		if (fd_read_all(fd, head + n, 1) != 1)
			return n == 0 ? 0 : -1;
		n++;
		r = netstring_head(head, n, size_max, len);
	}
	return r > 0 && buf_put(&s->text, head, n) == 0 ? 1 : -1;
}

int
parcelin_read(struct spool *s, int fd, uint64_t size_max, const char *dir)
{
	static char block[SPOOL_READ];
	size_t want = 0;
	uint64_t left;
	int r = read_head(s, fd, size_max, &left);

	if (r != 1)
		return r;
	/* and the comma */
	for (left++; left > 0; left -= want) {
		want = left < sizeof block ? left : sizeof block;
		if (fd_read_all(fd, block, want) != (ssize_t)want)
			return -1;
		spool_add(s, block, want, KEPT_MAX, dir);
		if (s->failed)
			return -1;
	}
	return block[want - 1] == ',' ? 1 : -1;
}
