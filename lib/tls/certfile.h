#ifndef TLS_CERTFILE_H
#define TLS_CERTFILE_H

#include "base/buf.h"
#include <stdint.h>
#include <sys/stat.h>

/*
 * Files with certificates and keys: read with care, and looked at again.
 */

/* what a file was when it was looked at; all zero: it was not */
struct certfile_version {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed; /* content, name, owner or mode */
	int err;                 /* it could not be looked at; errno */
};

enum {
	CERTFILE_FRESH_MS = 1000 /* a file changed so lately may change again
				  * without being seen to */
};

/* name: below the folder dir, or absolute; or dir is AT_FDCWD */
void certfile_look(int dir, const char *name, struct certfile_version *);
int certfile_same(const struct certfile_version *,
    const struct certfile_version *);
/* it was looked at long enough behind its last change; now_us: wall clock */
int certfile_settled(const struct certfile_version *, int64_t now_us);

/* may what could not be read be read another time, although nobody changes
 * it? */
int certfile_passes(int err);

/*
 * certfile_read - all of a regular file
 *
 * secret  it has a key: only its owner may write it, and only its owner and
 *         group may read it
 * text    is emptied first; with secret buf_wipe() it
 *
 * Returns NULL, or what is wrong, which fits behind "FILE: " and is valid
 * until the next call; *passes: it may be good another time, although nobody
 * changes the file.
 */
const char *certfile_read(int dir, const char *name, int secret,
    struct buf *text, int *passes);

#endif
