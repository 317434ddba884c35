#ifndef SUPPRESS_SUPPRESSPARTS_H
#define SUPPRESS_SUPPRESSPARTS_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Records that are too many for memory, sorted by a byte: each is added to one
 * of 256 parts, which are read back one at a time.  They stand in a file
 * without a name, in blocks of SUPPRESSPARTS_BLOCK bytes that belong to a part
 * each.
 */
enum { SUPPRESSPARTS_N = 256, SUPPRESSPARTS_BLOCK = 16384 };

struct suppressparts {
	int fd;
	struct buf part[SUPPRESSPARTS_N]; /* the block that is being filled */
	struct buf chain; /* uint32_t: of each block the one before it */
	uint32_t last[SUPPRESSPARTS_N]; /* block, or none: all ones */
	uint32_t blocks;
};

/* dir: a folder with room for all of them.  0, or -1 with errno;
 * suppressparts_close() in any case */
int suppressparts_open(struct suppressparts *, const char *dir);
/* n bytes, at most SUPPRESSPARTS_BLOCK, to a part; 0, or -1 with errno */
int suppressparts_add(struct suppressparts *, unsigned part, const void *,
    size_t n);
/* all that was added to a part, in that order, into an empty buffer */
int suppressparts_read(struct suppressparts *, unsigned part, struct buf *);
void suppressparts_close(struct suppressparts *);

#endif
