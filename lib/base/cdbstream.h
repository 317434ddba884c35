#ifndef BASE_CDBSTREAM_H
#define BASE_CDBSTREAM_H

#include "base/buf.h"
#include <stdint.h>

/*
 * A cdb (cr.yp.to/cdb/cdb.txt) that is written while it is made, for tables
 * of millions of records, which have no room in memory (base/cdbwrite.h has a
 * table whole).  Its memory is what one of the 256 hash tables takes.  In
 * return records come in the order of those: all with a key of which
 * cdbwrite_hash() ends in the byte 0, then all with 1, and so on.
 */
enum { CDBSTREAM_TABLES = 256 };

struct cdbstream {
	int fd;         /* the caller's: the file, empty at first */
	int slots;      /* without a name: hash and place of each record */
	uint64_t at;    /* bytes of the file, with those that wait in out */
	uint64_t n;     /* records */
	struct buf out; /* to be written */
	struct buf slot;
	uint32_t count[CDBSTREAM_TABLES]; /* records of each table */
	unsigned table;                   /* the one that is being filled */
};

/*
 * cdbstream_begin - a table into the empty file fd, which has to be writable
 * at any place
 *
 * tmp  a folder on which there is room for 8 bytes a record
 *
 * 0, or -1 with errno; cdbstream_free() in any case.
 */
int cdbstream_begin(struct cdbstream *, int fd, const char *tmp);
/* 0, or -1 with errno: EFBIG (a cdb has at most 4 GB), EINVAL: out of order */
int cdbstream_add(struct cdbstream *, const char *key, size_t key_len,
    const char *data, size_t data_len);
/* the file is whole then, and not yet synced; 0, or -1 with errno */
int cdbstream_finish(struct cdbstream *);
void cdbstream_free(struct cdbstream *);

#endif
