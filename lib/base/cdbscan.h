#ifndef BASE_CDBSCAN_H
#define BASE_CDBSCAN_H

#include <stddef.h>

/*
 * All records of a cdb (cr.yp.to/cdb/cdb.txt) that is in memory, in the order
 * in which they were added.  For programs that want each of them, or link no
 * libowfat (INSTALL says why): looking one up is base/table.h's.
 */
struct cdbscan {
	const unsigned char *p;
	size_t at, end;
};

/* p, n  the whole file, which must stay.  0, or -1: it is none */
int cdbscan_begin(struct cdbscan *, const void *p, size_t n);

/* 1: key and data point into the file; 0: that was the last one; -1: damaged */
int cdbscan_next(struct cdbscan *, const char **key, size_t *key_len,
    const char **data, size_t *data_len);

#endif
