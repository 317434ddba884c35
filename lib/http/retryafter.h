#ifndef HTTP_RETRYAFTER_H
#define HTTP_RETRYAFTER_H

#include <stdint.h>

/*
 * The field Retry-After (RFC 9110 section 10.2.3): seconds, or a date in any
 * of the three forms of section 5.6.7.  Pure.
 */
enum { RETRYAFTER_MAX_S = 86400 /* seconds; more counts as this */ };

/* seconds from now_s on, 0 for what has gone by; -1: text is neither, or NULL */
long retryafter_seconds(const char *text, int64_t now_s);

#endif
