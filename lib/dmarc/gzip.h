#ifndef DMARC_GZIP_H
#define DMARC_GZIP_H

#include "base/buf.h"

/*
 * gzip_put - compress by gzip(1)
 *
 * Adds the compressed form of p[0..n), the same for the same bytes, to out.
 * Returns 0, or -1 with errno; EIO: gzip ended badly.
 */
int gzip_put(struct buf *out, const char *p, size_t n);

#endif
