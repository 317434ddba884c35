#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include "base/buf.h"

/*
 * gzip_put - compress by gzip(1)
 *
 * Adds the compressed form of p[0..n), the same for the same bytes, to out.
 * Returns 0, or -1 with errno; EIO: gzip ended badly.
 */
int gzip_put(struct buf *out, const char *p, size_t n);

/*
 * gzip_get - the other way, of what a stranger has sent
 *
 * max  bytes that may come of it, whatever it says of itself
 *
 * Returns 0, or -1 with errno and anything added: EFBIG there is more than
 * max, EIO it is damaged.
 */
int gzip_get(struct buf *out, const char *p, size_t n, size_t max);

#endif
