#ifndef HTTPD_PACKING_H
#define HTTPD_PACKING_H

#include "base/buf.h"
#include "base/slice.h"
#include <stdint.h>

/*
 * Bodies in gzip (RFC 1952), by zlib: what others send, a piece at a time and
 * bounded by what comes of it, and answers of ours.
 */
enum {
	PACKING_RATIO_MAX = 256,     /* bytes that come of one, */
	PACKING_FREE_MAX = 1 << 20,  /* behind so many */
	PACKING_PIECE = 65536,       /* unpacked at a time */
	PACKING_MEMORY_BYTES = 49152 /* that one which is unpacked holds */
};

enum packing {
	PACKING_MORE, /* all of the input is used */
	PACKING_DATA, /* a piece */
	PACKING_END,  /* it is whole; nothing may stand behind it */
	PACKING_BAD,  /* it is none, or damaged */
	PACKING_LARGE /* more comes of it than may */
};

struct unpacker;

/* max: bytes that may come of it; NULL: no memory */
struct unpacker *unpacker_new(uint64_t max);
/*
 * unpacker_feed - the next piece
 *
 * in     what has come; moved behind what was used
 * piece  receives, with DATA, what came of it: valid until the next call for
 *        any of them
 */
enum packing unpacker_feed(struct unpacker *, struct slice *in,
    struct slice *piece);
/* is it whole? */
int unpacker_ended(const struct unpacker *);
void unpacker_free(struct unpacker *); /* NULL does nothing */

/* append p[0..n) as gzip; 0, or -1: no memory */
int packing_put(struct buf *, const char *p, size_t n);

#endif
