#ifndef HTTP_HTTPCURL_H
#define HTTP_HTTPCURL_H

#include <stdint.h>

/*
 * What our clients have in common of libcurl.  easy is a handle of it.
 */

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
