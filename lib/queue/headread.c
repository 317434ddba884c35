#include "queue/headread.h"
#include <errno.h>
#include <unistd.h>

enum { FIRST_READ = 4096 }; /* bytes: most heads are shorter */

/* one more read of a file that is to give want bytes; how many came */
static ssize_t
read_more(int fd, struct buf *b, size_t want)
{
	size_t have = buf_len(b);
	ssize_t n;

	if (buf_reserve(b, want - have) == -1)
		return -1;
	do
		n = pread(fd, buf_tail(b), want - have, have);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		buf_added(b, n);
	return n;
}

static int
damaged(void)
{
	errno = EINVAL;
	return -1;
}

int
headread(int fd, struct buf *b, struct message_head *h)
{
	struct message_head sizes;
	ssize_t n;

	buf_clear(b);
	if (read_more(fd, b, FIRST_READ) == -1)
		return -1;
	if (message_sizes(buf_data(b), buf_len(b), &sizes) == -1)
		return damaged();
	while (buf_len(b) < sizes.head_len) {
		n = read_more(fd, b, sizes.head_len);
		if (n <= 0)
			return n == 0 ? damaged() : -1;
	}
	if (h != NULL && message_open(buf_data(b), buf_len(b), h) == -1)
		return damaged();
	return 0;
}
