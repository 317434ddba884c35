#ifndef COMPOSE_ADDRESSES_H
#define COMPOSE_ADDRESSES_H

#include "compose/composefault.h"
#include "compose/rcptset.h"
#include <jansson.h>

/*
 * Addresses of JSON: "ann@example.org", "Ann <ann@example.org>", several of
 * these with commas between, {"address": ..., "name": ...} with "email" for
 * address, or a list of all these.
 */
enum {
	ADDRESSES_NAME_MAX = 255,  /* bytes of a display name */
	ADDRESSES_TEXT_MAX = 65536 /* bytes of a string of addresses */
};

struct addresses {
	/* where they go: NULL, a header field that has its name and colon;
	 * NULL, recipients of this envelope */
	struct buf *field;
	struct rcptset *rcpts;
	struct buf *env;
	/* what was found; to be set before */
	size_t n;
	unsigned utf8 : 1; /* one has bytes above 127 */
	/* the last one, as it stands in an envelope */
	struct buf *last; /* NULL: not wanted */
};

/*
 * addresses_put - all of them
 *
 * The field is folded, without the LF at its end (RFC 5322 section 2.2.3).
 * 0, or -1 with a fault; no address at all is one.
 */
int addresses_put(struct addresses *, const json_t *, struct compose_fault *);

#endif
