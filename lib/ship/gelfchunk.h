#ifndef SHIP_GELFCHUNK_H
#define SHIP_GELFCHUNK_H

#include "base/buf.h"

/*
 * Messages of GELF over UDP that are larger than a datagram: chunks with a head
 * each, bytes 1e 0f, an id of eight bytes, number and count.  Pure.
 */
enum {
	GELFCHUNK_HEAD_BYTES = 12,
	GELFCHUNK_CHUNKS_MAX = 128, /* of a message */
	GELFCHUNK_ID_BYTES = 8
};

/* datagrams of size bytes that n bytes take: 1, it goes as it is; 0: too many */
size_t gelfchunk_count(size_t n, size_t size);
/* the i-th of count chunks of p[0..n), into *out, which is empty before; 0, or
 * -1 with ENOMEM */
int gelfchunk_put(struct buf *out, const char *p, size_t n, size_t size,
    const unsigned char id[GELFCHUNK_ID_BYTES], size_t i, size_t count);

#endif
