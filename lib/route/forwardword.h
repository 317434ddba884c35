#ifndef ROUTE_FORWARDWORD_H
#define ROUTE_FORWARDWORD_H

#include "base/buf.h"

/*
 * An address as a word of the label forward of a job, job(5), as local-deliver(8)
 * reads it.
 */

/* is a local part, of one byte at least, one word there, or in quotes as a
 * whole? */
int forwardword_ok(const char *local, size_t n);
/* the address, of n bytes and of local_len before its @; in quotes what would be
 * an order or a comment there.  0, or -1 with ENOMEM */
int forwardword_put(struct buf *, const char *address, size_t n,
    size_t local_len);

#endif
