#ifndef HTTPD_HTTPBODY_H
#define HTTPD_HTTPBODY_H

#include "httpd/httphead.h"

/*
 * The body of a request, out of the bytes of its connection (RFC 9112 section 6):
 * so many bytes, or chunks (section 7.1).  What a chunk says beside its length,
 * and fields behind the last, are read and forgotten.
 *
 *   state    byte    becomes
 *   SIZE     digit   SIZE, counted; more than fits: bad
 *   SIZE     ;       EXT, if there was a digit
 *   SIZE     CR      SIZE_LF, if there was a digit
 *   EXT      CR      SIZE_LF; other controls: bad
 *   SIZE_LF  LF      DATA, or FIELD when the size was 0
 *   DATA     any     DATA, until there are so many; then DATA_CR
 *   DATA_CR  CR      DATA_LF
 *   DATA_LF  LF      SIZE
 *   FIELD    CR      END_LF when the line is empty, else FIELD_LF
 *   FIELD_LF LF      FIELD
 *   END_LF   LF      END
 *   and all else is bad
 */
enum {
	HTTPBODY_EXT_MAX = 256,     /* bytes of what a chunk says of itself */
	HTTPBODY_FIELDS_MAX = 4096, /* of fields behind the last one */
	HTTPBODY_IDLE_MAX = 65536   /* of sizes and line ends beyond as many as
				     * there are of content */
};

enum httpbody_event {
	HTTPBODY_MORE, /* nothing more of it is here */
	HTTPBODY_DATA, /* a piece */
	HTTPBODY_END,  /* it is whole */
	HTTPBODY_BAD   /* it is none: the connection is of no more use */
};

/* by httpbody_init() */
struct httpbody {
	uint64_t left;     /* of what is known to come */
	uint64_t total;    /* of content, that came */
	uint64_t overhead; /* bytes that are none */
	unsigned state, line, fields;
	unsigned char chunked, digits;
};

void httpbody_init(struct httpbody *, const struct httphead *);
/*
 * httpbody_feed - the next piece of a body
 *
 * p, n   bytes as they came, any split allowed
 * piece  receives content, a part of them, with HTTPBODY_DATA
 * ev     receives what it is
 *
 * Returns the number of bytes that were used; behind END the next request
 * stands.
 */
size_t httpbody_feed(struct httpbody *, const char *p, size_t n,
    struct slice *piece, enum httpbody_event *ev);

#endif
