#ifndef TLS_KEYCALL_H
#define TLS_KEYCALL_H

#include "base/buf.h"
#include "conf/word.h"
#include <stdint.h>
#include <sys/types.h>

/* A connection to the key process that is asked and waited for. */

/* what is there, appended; as read(2), ENOMEM besides */
ssize_t keycall_read(int fd, struct buf *in);

/*
 * keycall - ask, and wait for the answer
 *
 * out          a whole request; empty afterwards
 * in           holds the answer afterwards
 * max          bytes in its netstring
 * deadline_ms  monotonic
 * got          receives its content, in `in`; never empty
 *
 * Returns 0, or -1 with ETIMEDOUT; EPROTO, it is no answer, or there is more
 * than one; EPIPE, the connection has ended; or another errno.
 */
int keycall(int fd, struct buf *out, struct buf *in, size_t max,
    int64_t deadline_ms, struct slice *got);

#endif
