#include "suppress/suppressparts.h"
#include "base/fd.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { NONE = 0xffffffff };

int
suppressparts_open(struct suppressparts *s, const char *dir)
{
	memset(s, 0, sizeof *s);
	memset(s->last, 0xff, sizeof s->last);
	s->fd = fd_unnamed(dir);
	return s->fd == -1 ? -1 : 0;
}

/* the first bytes of what a part has, as a block; the file grows by one */
static int
write_block(struct suppressparts *s, unsigned part)
{
	struct buf *b = &s->part[part];

	if (buf_put(&s->chain, &s->last[part], sizeof s->last[part]) == -1 ||
	    fd_write_all(s->fd, buf_data(b), SUPPRESSPARTS_BLOCK) == -1)
		return -1;
	s->last[part] = s->blocks++;
	buf_consume(b, SUPPRESSPARTS_BLOCK);
	return 0;
}

int
suppressparts_add(struct suppressparts *s, unsigned part, const void *p,
    size_t n)
{
	struct buf *b = &s->part[part];

	/* room for a block and what is more, once for all */
	if (b->cap == 0 && buf_reserve(b, 2 * SUPPRESSPARTS_BLOCK) == -1)
		return -1;
	if (buf_put(b, p, n) == -1)
		return -1;
	return buf_len(b) < SUPPRESSPARTS_BLOCK ? 0 : write_block(s, part);
}

static uint32_t
before(const struct suppressparts *s, uint32_t block)
{
	uint32_t u;

	memcpy(&u, buf_data(&s->chain) + block * sizeof u, sizeof u);
	return u;
}

static int
read_block(struct suppressparts *s, uint32_t block, char *out)
{
	size_t got = 0;
	ssize_t n;

	while (got < SUPPRESSPARTS_BLOCK) {
		n = pread(s->fd, out + got, SUPPRESSPARTS_BLOCK - got,
		    (off_t)block * SUPPRESSPARTS_BLOCK + (off_t)got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		got += (size_t)n;
	}
	return 0;
}

int
suppressparts_read(struct suppressparts *s, unsigned part, struct buf *out)
{
	struct buf *rest = &s->part[part];
	uint32_t block;
	size_t n = 0, i;

	for (block = s->last[part]; block != NONE; block = before(s, block))
		n++;
	if (buf_reserve(out, n * SUPPRESSPARTS_BLOCK + buf_len(rest)) == -1)
		return -1;
	block = s->last[part];
	for (i = n; i > 0; i--, block = before(s, block))
		if (read_block(s, block,
			buf_tail(out) + (i - 1) * SUPPRESSPARTS_BLOCK) == -1)
			return -1;
	buf_added(out, n * SUPPRESSPARTS_BLOCK);
	return buf_put(out, buf_data(rest), buf_len(rest));
}

void
suppressparts_close(struct suppressparts *s)
{
	int saved = errno;
	unsigned i;

	fd_drop(&s->fd);
	for (i = 0; i < SUPPRESSPARTS_N; i++)
		buf_free(&s->part[i]);
	buf_free(&s->chain);
	errno = saved;
}
