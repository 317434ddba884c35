#ifndef CONF_CONFTABLE_H
#define CONF_CONFTABLE_H

#include "base/cdbwrite.h"
#include "base/table.h"
#include "conf/conffile.h"
#include "conf/lookup.h"

/*
 * A configuration file for a program that can be run by itself: a path that
 * ends in .cdb is the table that conf-build made, and another one with that
 * name is noticed; any other path is the text, read once and compiled in
 * memory.
 */
enum { CONFTABLE_TEXT_MAX = 64 << 20 }; /* bytes of a text */

struct conftable {
	struct table table;
	struct cdbwrite made;
	unsigned text : 1;
};

/*
 * path must live as long.  Returns 0, or -1 with errno: a table is then
 * looked for again later; of a text EINVAL means that it has faults, which
 * were told by warn() with file and line.
 */
int conftable_open(struct conftable *, const char *path,
    const struct conffile *);
/* look whether another table is there; for each use */
void conftable_check(struct conftable *);
/* what is read stays valid until conftable_check() */
struct lookup conftable_lookup(struct conftable *);
void conftable_close(struct conftable *);

#endif
