#ifndef FORMAT_NETSTRING_H
#define FORMAT_NETSTRING_H

#include "base/buf.h"

/*
 * Netstrings: "LEN:bytes," with LEN in decimal without leading zeros
 * (cr.yp.to/proto/netstrings.txt).
 */
enum { NETSTRING_HEAD_MAX = 21 }; /* 20 digits and the colon */

/*
 * netstring_head - read "LEN:"
 *
 * Returns how many bytes the head takes, 0 when more is needed, -1 when it
 * is none or the length is above max.  *len is the length of the content,
 * behind which a comma stands.
 */
int netstring_head(const char *p, size_t n, uint64_t max, uint64_t *len);

/*
 * netstring_whole - a netstring that is complete in memory
 *
 * Returns the bytes it takes in all, 0 when more is needed, -1 when it is
 * none; *s and *len are the content.
 */
long netstring_whole(const char *p, size_t n, size_t max, const char **s,
    size_t *len);

/* append one; 0, or -1 with ENOMEM */
int netstring_put(struct buf *, const char *, size_t n);

#endif
