#ifndef MOVE_USTAR_H
#define MOVE_USTAR_H

#include "base/buf.h"
#include <stdint.h>

/*
 * The headers of a tar stream, ustar interchange format (POSIX.1-2017, pax,
 * "ustar Interchange Format"): one block for each member, and then what it
 * holds, filled up with zeros to whole blocks; two blocks of zeros end it.
 */
enum {
	USTAR_BLOCK = 512,
	USTAR_NAME_MAX = 255 /* bytes of a name with its folders */
};

enum ustar_type {
	USTAR_FILE,
	USTAR_OTHER, /* a folder, or what other programs add: pax records */
	USTAR_ZERO,  /* a block of zeros */
	USTAR_NONE   /* no header at all */
};

struct ustar {
	char name[USTAR_NAME_MAX + 2];
	uint64_t size;
};

/*
 * ustar_put - append the header of a file
 *
 * name   at most 100 bytes
 * size   of the file, below 8 GiB
 * mtime  seconds since 1970, not negative
 *
 * 0, or -1 with errno: ENOMEM, and ERANGE for what has no room.
 */
int ustar_put(struct buf *, const char *name, uint64_t size, uint64_t mtime);
/* zeros up to the next whole block, behind size bytes; 0, or -1 with ENOMEM */
int ustar_pad(struct buf *, uint64_t size);
/* the two blocks behind all; 0, or -1 with ENOMEM */
int ustar_end(struct buf *);
/* how many zeros stand behind size bytes */
unsigned ustar_padding(uint64_t size);
/* what a block is; of a header, which GNU tar may have written as well, *u is
 * filled in.  What is meant to be a file's, and cannot be read, is NONE */
enum ustar_type ustar_read(const char block[USTAR_BLOCK], struct ustar *u);

#endif
