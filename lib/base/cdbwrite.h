#ifndef BASE_CDBWRITE_H
#define BASE_CDBWRITE_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Making a cdb (cr.yp.to/cdb/cdb.txt), whole in memory: so what is written
 * to the disk is one buffer, and each failure to write it is seen.
 * (libowfat's cdb_make writes through buffer_flush, which hides them.)
 * All zero is an empty one.
 */
struct cdbwrite {
	struct buf out;   /* the file; complete after cdbwrite_finish() */
	struct buf slots; /* hash and position of each record */
	size_t n;
};

/* 0, or -1 with ENOMEM or EFBIG (a cdb has at most 4 GB) */
int cdbwrite_add(struct cdbwrite *, const char *key, size_t key_len,
    const char *data, size_t data_len);
int cdbwrite_finish(struct cdbwrite *);
/* of a key: its low byte says which of the 256 hash tables has the record */
uint32_t cdbwrite_hash(const char *key, size_t n);
void cdbwrite_free(struct cdbwrite *);

#endif
