#ifndef TLS_ANCHORFILE_H
#define TLS_ANCHORFILE_H

#include "tls/anchors.h"
#include <stdint.h>

/*
 * A bundle of known authorities, like /etc/ssl/certs/ca-certificates.crt,
 * read again when it has changed.  What cannot be read, or is cut, leaves what
 * was there before, with a warning for each version of the file; where only
 * memory or descriptors were wanting it is tried again.
 */
enum {
	ANCHORFILE_BYTES_MAX = 4 << 20,
	ANCHORFILE_CHECK_MS = 10000 /* it is looked at so often at most */
};

struct anchorfile;

/* path must stay; nothing is read yet.  NULL: ENOMEM */
struct anchorfile *anchorfile_new(const char *path);
void anchorfile_free(struct anchorfile *); /* NULL: nothing */

/*
 * anchorfile_current - the authorities that are known now
 *
 * mono_ms, wall_us  the time, by both clocks
 *
 * NULL: none.  It is valid until the next call; anchors_ref() who needs it
 * longer, like for a handshake.
 */
struct anchors *anchorfile_current(struct anchorfile *, int64_t mono_ms,
    int64_t wall_us);

#endif
