#ifndef DKIM_CANON_H
#define DKIM_CANON_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Canonical forms that signatures are made of (RFC 6376 section 3.4).  What
 * goes in has LF line ends, what comes out CRLF.
 */
enum canon { CANON_SIMPLE, CANON_RELAXED };

/*
 * canon_header - one field
 *
 * raw, n  the field as it stands, folding and all, with or without its last
 *         LF
 *
 * Appends it with CRLF at the end.  0, or -1 with ENOMEM.
 */
int canon_header(struct buf *, enum canon, const char *raw, size_t n);

/* a body that comes in pieces of any size; canon_body_init() begins */
struct canon_body {
	enum canon canon;
	uint64_t limit;      /* l=: bytes of the canonical form that count */
	uint64_t total;      /* bytes of the canonical form, limit or not */
	uint64_t lines;      /* internal: line ends that wait for more behind */
	unsigned char blank; /* internal: a blank waits for the rest */
	/* takes the canonical form, piece by piece */
	void (*put)(void *arg, const void *, size_t n);
	void *arg;
};

/* limit: UINT64_MAX when there is no l= */
void canon_body_init(struct canon_body *, enum canon, uint64_t limit,
    void (*put)(void *arg, const void *, size_t n), void *arg);
void canon_body_feed(struct canon_body *, const char *, size_t n);
/* the body is over: what is still to be put */
void canon_body_end(struct canon_body *);

#endif
