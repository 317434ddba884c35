#ifndef BASE_WHOLEFILE_H
#define BASE_WHOLEFILE_H

#include "base/buf.h"
#include <stddef.h>

/*
 * All that comes from a descriptor, as memory: a regular file is mapped, from
 * where it stands; anything else is read, into a file without a name when it
 * is large, which is mapped then.  A mapped file that somebody cuts while it
 * is read kills the program (SIGBUS).
 */
enum { WHOLEFILE_MEMORY_MAX = 1 << 20 }; /* bytes; more goes into a file */

struct wholefile {
	const char *p; /* public: the bytes, n of them; never NULL */
	size_t n;
	struct buf buf; /* internal, as is what follows */
	void *map;
	size_t map_len;
};

/* tmp: the folder for the file.  0, or -1 with errno */
int wholefile_open(struct wholefile *, int fd, const char *tmp);
void wholefile_close(struct wholefile *);

#endif
