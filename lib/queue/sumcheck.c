#include "queue/sumcheck.h"
#include "base/crc32c.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 65536 };

int
sumcheck_begin(struct sumcheck *c, int fd, const struct message_head *h,
    const char *id)
{
	if (!h->has_sum)
		return 0;
	c->fd = fd;
	c->at = h->head_len;
	c->end = h->head_len + h->size;
	c->sum = message_sum_head(h->p, h->head_len);
	c->want = h->sum;
	memcpy(c->id, id, NAME_LEN);
	return 1;
}

int
sumcheck_more(struct sumcheck *c, size_t bytes)
{
	char block[BLOCK];
	uint64_t left;
	ssize_t n;

	while (c->at < c->end && bytes > 0) {
		left = c->end - c->at;
		n = pread(c->fd, block, left < BLOCK ? left : BLOCK, c->at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		c->sum = crc32c(c->sum, block, n);
		c->at += n;
		bytes -= (size_t)n < bytes ? (size_t)n : bytes;
	}
	if (c->at < c->end && bytes == 0)
		return 1;
	errno = EBADMSG;
	return c->at == c->end && message_sum_id(c->sum, c->id) == c->want ? 0
									   : -1;
}
