#ifndef HTTP_HTTPCURL_H
#define HTTP_HTTPCURL_H

#include "base/buf.h"
#include <stddef.h>
#include <stdint.h>

/*
 * What our clients have in common of libcurl.  easy is a handle of it.
 */
enum { HTTPCURL_HEADER_MAX = 65536 /* bytes of the header of an answer */ };

/* an answer as it comes: all zero before each, but for most and the room that
 * body has */
struct httpcurl_taken {
	struct buf body;
	size_t most;       /* bytes of it; what goes beyond ends the request */
	size_t header;     /* bytes that came */
	unsigned full : 1; /* body was to be longer than most */
};

/* before all else; what does not work ends the program */
void httpcurl_begin(void);
/* the answer goes into this, which stays; without memory the program ends */
void httpcurl_take(void *easy, struct httpcurl_taken *);

/* all that a request must not do, over these schemes, "https" or "http,https":
 * follow redirections, ask proxies or files of the user's, unpack, be anything
 * but HTTP/1.1 */
void httpcurl_strict(void *easy, const char *schemes);
/* TLS 1.2 or later, with a certificate that one of the authorities in cafile,
 * PEM, says is the host's */
void httpcurl_tls(void *easy, const char *cafile);
/* libcurl lives by the system's clock: what a time is there, at least 1 */
long httpcurl_ms(int64_t ms);

#endif
