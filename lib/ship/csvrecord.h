#ifndef SHIP_CSVRECORD_H
#define SHIP_CSVRECORD_H

#include "base/buf.h"

/*
 * Events as accounting records, a line of comma-separated values each (RFC 4180,
 * but with LF), in the columns that accounting files of bulk mailers have; the
 * table of ship-file(8).  Values stand as in the log, with its escapes, so that
 * a record is one line of text whatever strangers have sent.  Pure.
 */
enum { CSVRECORD_COLUMNS_MAX = 64 };

struct csvrecord {
	char *names; /* of the columns, in one piece */
	const char *column[CSVRECORD_COLUMNS_MAX];
	unsigned n;
};

/* columns: their names, commas between; NULL: the usual ones.  0, or -1: no
 * memory, or errno EINVAL: one is empty, not of a-z, A-Z, 0-9, '_', '-' and '.',
 * or there are too many */
int csvrecord_columns(struct csvrecord *, const char *columns);
void csvrecord_free(struct csvrecord *);
/* append the names as a line */
int csvrecord_header(const struct csvrecord *, struct buf *);
/* append the record of an event: 1; 0, this kind of event has none; -1, no
 * memory, and nothing is added */
int csvrecord_put(const struct csvrecord *, struct buf *, const char *line,
    size_t n);

#endif
