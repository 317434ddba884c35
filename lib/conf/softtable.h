#ifndef CONF_SOFTTABLE_H
#define CONF_SOFTTABLE_H

#include "base/table.h"
#include "conf/lookup.h"

/*
 * A table whose name may come and go while a program runs: without it
 * nothing is found; one that is there and cannot be read is a temporary
 * failure.  base/table alone keeps what it had when a name vanishes.
 */
enum { SOFTTABLE_EMPTY = 2048 }; /* bytes of a cdb without records */

struct softtable {
	struct table table;
	char *path;
	int state; /* 1 in force, 0 none, -1 unreadable */
};

/* CONFDIR/NAME.cdb; 0, or -1 with errno when it cannot be opened now */
int softtable_open(struct softtable *, const char *confdir, const char *name);
/* look again, with two system calls: the caller knows how often.  1 when
 * another one is in force */
int softtable_check(struct softtable *);
/* 1 when it is not there, or has no record; else 0 */
int softtable_empty(const struct softtable *);
/* finds nothing in one that was never opened */
struct lookup softtable_lookup(struct softtable *);

#endif
