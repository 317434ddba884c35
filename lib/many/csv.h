#ifndef MANY_CSV_H
#define MANY_CSV_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Records of comma-separated values (RFC 4180), out of memory: fields in
 * quotes may have commas, line ends, and quotes as two of them.  Lines end in
 * CRLF or LF, the last may lack it; empty ones are none.
 */
enum {
	CSV_FIELDS_MAX = 1000,   /* of a record */
	CSV_RECORD_MAX = 1 << 20 /* bytes of a record as it stands */
};

/* all zero at first, csv_free() at the end */
struct csv {
	unsigned n;      /* fields */
	size_t line;     /* where the record begins, from 1 */
	const char *raw; /* as it stands, with its line end */
	size_t raw_len;
	/* private */
	struct buf text;
	size_t at[CSV_FIELDS_MAX + 1];
	size_t lines; /* that were read */
};

/*
 * csv_next - the next record
 *
 * *p   where to read, moved behind the record; behind its first line where it
 *      is none
 * why  receives what is wrong, a constant
 *
 * 1, 0 at the end, -1: it is none, and raw is its first line; -2 with ENOMEM.
 */
int csv_next(struct csv *, const char **p, const char *end, const char **why);
/* a field of the record, below n; valid until the next is read, and ends in
 * NUL */
struct slice csv_field(const struct csv *, unsigned i);
void csv_free(struct csv *);

#endif
