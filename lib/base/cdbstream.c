#include "base/cdbstream.h"
#include "base/cdbwrite.h"
#include "base/fd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	HEAD = CDBSTREAM_TABLES * 8,
	SLOT = 8,         /* bytes of one in a hash table */
	AT_ONCE = 1 << 18 /* bytes that are written together */
};

static int
put_pair(struct buf *b, uint32_t a, uint32_t c)
{
	char t[SLOT];
	unsigned i;

	for (i = 0; i < 4; i++) {
		t[i] = (char)(a >> (8 * i));
		t[4 + i] = (char)(c >> (8 * i));
	}
	return buf_put(b, t, sizeof t);
}

/* when there is enough of it, or all */
static int
flush(struct buf *b, int fd, size_t least)
{
	if (buf_len(b) < least || buf_len(b) == 0)
		return 0;
	if (fd_write_all(fd, buf_data(b), buf_len(b)) == -1)
		return -1;
	buf_clear(b);
	return 0;
}

int
cdbstream_begin(struct cdbstream *c, int fd, const char *tmp)
{
	memset(c, 0, sizeof *c);
	c->fd = fd;
	c->slots = fd_unnamed(tmp);
	if (c->slots == -1 || buf_reserve(&c->out, HEAD) == -1)
		return -1;
	memset(buf_tail(&c->out), 0, HEAD);
	buf_added(&c->out, HEAD);
	c->at = HEAD;
	return 0;
}

int
cdbstream_add(struct cdbstream *c, const char *key, size_t kn, const char *data,
    size_t dn)
{
	uint32_t hash = cdbwrite_hash(key, kn);

	/* each record takes two slots in its table */
	if (kn > UINT32_MAX / 4 || dn > UINT32_MAX / 4 ||
	    c->at + kn + dn + 8 + 2 * SLOT * (c->n + 1) > UINT32_MAX) {
		errno = EFBIG;
		return -1;
	}
	if ((hash & 255) < c->table) {
		errno = EINVAL;
		return -1;
	}
	c->table = hash & 255;
	if (put_pair(&c->slot, hash, (uint32_t)c->at) == -1 ||
	    put_pair(&c->out, (uint32_t)kn, (uint32_t)dn) == -1 ||
	    buf_put(&c->out, key, kn) == -1 || buf_put(&c->out, data, dn) == -1)
		return -1;
	c->at += 8 + kn + dn;
	c->count[c->table]++;
	c->n++;
	return flush(&c->slot, c->slots, AT_ONCE) == -1 ||
		flush(&c->out, c->fd, AT_ONCE) == -1
	    ? -1
	    : 0;
}

static uint32_t
number(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* in: the slots of n records as they were gathered; out has room for twice as
 * many, all 0 */
static void
spread(unsigned char *out, const unsigned char *in, uint32_t n)
{
	uint32_t i, j, cap = 2 * n;

	for (i = 0; i < n; i++, in += SLOT) {
		j = (number(in) >> 8) % cap;
		while (number(out + (size_t)SLOT * j + 4) != 0)
			j = j + 1 == cap ? 0 : j + 1;
		memcpy(out + (size_t)SLOT * j, in, SLOT);
	}
}

/* the hash table of the next n records whose slots have not been read */
static int
put_table(struct cdbstream *c, uint32_t n)
{
	unsigned char *in = malloc((size_t)n * SLOT + 1);
	unsigned char *out = calloc((size_t)n * 2 + 1, SLOT);
	int r = -1;

	if (in == NULL || out == NULL)
		errno = ENOMEM;
	else if (fd_read_all(c->slots, in, (size_t)n * SLOT) !=
	    (ssize_t)((size_t)n * SLOT))
		errno = EIO;
	else {
		spread(out, in, n);
		r = buf_put(&c->out, out, (size_t)n * 2 * SLOT);
	}
	free(in);
	free(out);
	return r == -1 ? -1 : flush(&c->out, c->fd, AT_ONCE);
}

int
cdbstream_finish(struct cdbstream *c)
{
	struct buf head = { 0 };
	uint64_t at = c->at;
	unsigned t;
	int r = 0;

	if (flush(&c->slot, c->slots, 1) == -1 ||
	    lseek(c->slots, 0, SEEK_SET) == -1)
		return -1;
	for (t = 0; t < CDBSTREAM_TABLES && r == 0; t++) {
		r = put_pair(&head, (uint32_t)at, 2 * c->count[t]);
		if (r == 0 && c->count[t] > 0)
			r = put_table(c, c->count[t]);
		at += (uint64_t)c->count[t] * 2 * SLOT;
	}
	if (r == 0)
		r = flush(&c->out, c->fd, 1);
	if (r == 0 && lseek(c->fd, 0, SEEK_SET) == -1)
		r = -1;
	if (r == 0)
		r = fd_write_all(c->fd, buf_data(&head), buf_len(&head));
	buf_free(&head);
	return r;
}

void
cdbstream_free(struct cdbstream *c)
{
	int saved = errno;

	fd_drop(&c->slots);
	buf_free(&c->out);
	buf_free(&c->slot);
	errno = saved;
}
