#ifndef SHIP_SHIPTABLE_H
#define SHIP_SHIPTABLE_H

#include "base/buf.h"
#include <stddef.h>
#include <sys/stat.h>

/* All destinations of CONFDIR/ship.cdb, in the order in which they stand there,
 * and whether there is another table. */
enum {
	SHIPTABLE_BYTES_MAX = 1 << 20 /* of the table */
};

struct shiptable {
	char *bytes;
	size_t n;
	struct stat st;
};

/* 1, 0: there is none, and no text either; -1, which was said: it cannot be
 * read, is damaged, or there is a text of which no table was made */
int shiptable_read(struct shiptable *, const char *confdir);
/* each destination: its name, and the line behind it.  Those of the table when
 * it was read, valid until shiptable_free() */
void shiptable_each(const struct shiptable *,
    void (*take)(void *arg, const char *name, size_t name_len, const char *line,
	size_t n),
    void *arg);
/* 1: another table is there */
int shiptable_changed(const struct shiptable *, const char *confdir);
void shiptable_free(struct shiptable *);

#endif
