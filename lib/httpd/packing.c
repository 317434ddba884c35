#include "httpd/packing.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	GZIP_ONLY = 16, /* added to the size of the window: no other form */
	WINDOW_BITS = 15
};

struct unpacker {
	z_stream z;
	uint64_t max, in, out;
	unsigned ended : 1, failed : 1;
};

static char room[PACKING_PIECE];

struct unpacker *
unpacker_new(uint64_t max)
{
	struct unpacker *u = calloc(1, sizeof *u);

	if (u == NULL)
		return NULL;
	u->max = max;
	if (inflateInit2(&u->z, WINDOW_BITS + GZIP_ONLY) == Z_OK)
		return u;
	free(u);
	return NULL;
}

/* what a step has brought */
static enum packing
judge(struct unpacker *u, int r, size_t got)
{
	u->ended = r == Z_STREAM_END;
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
		return PACKING_BAD;
	if (u->out > u->max ||
	    (u->out > PACKING_FREE_MAX && u->out / PACKING_RATIO_MAX > u->in))
		return PACKING_LARGE;
	if (got > 0)
		return PACKING_DATA;
	return u->ended ? PACKING_END : PACKING_MORE;
}

enum packing
unpacker_feed(struct unpacker *u, struct slice *in, struct slice *piece)
{
	unsigned n = in->n > PACKING_PIECE ? PACKING_PIECE : (unsigned)in->n;
	size_t used, got;
	enum packing ev;
	int r;

	/* a second one behind it is another message to who stops at the
	 * first */
	if (u->failed || (u->ended && in->n > 0))
		return PACKING_BAD;
	if (u->ended)
		return PACKING_END;
	u->z.next_in = (unsigned char *)in->p;
	u->z.avail_in = n;
	u->z.next_out = (unsigned char *)room;
	u->z.avail_out = sizeof room;
	r = inflate(&u->z, Z_NO_FLUSH);
	used = n - u->z.avail_in;
	got = sizeof room - u->z.avail_out;
	in->p += used;
	in->n -= used;
	u->in += used;
	u->out += got;
	*piece = (struct slice){ room, got };
	ev = judge(u, r, got);
	u->failed = ev == PACKING_BAD || ev == PACKING_LARGE;
	return ev;
}

int
unpacker_ended(const struct unpacker *u)
{
	return u->ended;
}

void
unpacker_free(struct unpacker *u)
{
	if (u != NULL)
		inflateEnd(&u->z);
	free(u);
}

int
packing_put(struct buf *b, const char *p, size_t n)
{
	z_stream z = { 0 };
	size_t most;
	int r;

	if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, WINDOW_BITS + GZIP_ONLY,
		8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -1;
	most = deflateBound(&z, n);
	if (n > UINT32_MAX || most > UINT32_MAX || buf_reserve(b, most) == -1) {
		deflateEnd(&z);
		return -1;
	}
	z.next_in = (unsigned char *)p;
	z.avail_in = (unsigned)n;
	z.next_out = (unsigned char *)buf_tail(b);
	z.avail_out = (unsigned)most;
	r = deflate(&z, Z_FINISH);
	if (r == Z_STREAM_END)
		buf_added(b, most - z.avail_out);
	deflateEnd(&z);
	return r == Z_STREAM_END ? 0 : -1;
}
