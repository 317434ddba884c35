#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/buf.h"
#include <stdint.h>
#include <sys/types.h>
#include <cdb.h>

/*
 * A compiled configuration table (a cdb) that may be replaced at any time.
 * table_check() looks at most every TABLE_CHECK_MS whether another file
 * has taken its name, and opens that: so a new table is in force within a
 * second.  A table that cannot be opened leaves the old one in force.
 */
enum { TABLE_CHECK_MS = 250 };

struct table {
	struct cdb cdb;
	const char *path;
	int64_t checked_ms;
	uint64_t generation; /* counts up with each new file; 0: none yet */
	ino_t ino;
	dev_t dev;
	int64_t mtime_ns;
	int open;
};

/*
 * path must live as long as the table.  Returns 0, or -1 with errno when
 * there is no such file or it is unreadable; table_check() tries again.
 */
int table_open(struct table *, const char *path);
/* 1 when a new table is in force since the last call, else 0 */
int table_check(struct table *);
/*
 * the data of a key into out (cleared first), occurrence 0 first
 *
 * Returns 1 found, 0 not there, -1 when the table is missing or damaged:
 * a temporary failure, never "not there".
 */
int table_get(struct table *, const char *key, size_t n, unsigned occurrence,
    struct buf *out);
/*
 * the same without a copy, first occurrence: *data points into the file as
 * it is mapped, and is valid until the next table_check() or table_close()
 */
int table_ref(struct table *, const char *key, size_t n, const char **data,
    size_t *len);
/* may any key or value have these bytes?  0: certainly not */
int table_mentions(const struct table *, const char *);
void table_close(struct table *);

#endif
