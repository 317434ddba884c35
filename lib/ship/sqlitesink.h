#ifndef SHIP_SQLITESINK_H
#define SHIP_SQLITESINK_H

#include "ship/batch.h"

/*
 * Events into a table of SQLite, ship-sqlite(8): a batch is a transaction, and an
 * eid that is there already is left as it is.  The only file that includes
 * sqlite3.h.
 */
enum {
	SQLITESINK_TABLE_MAX = 63 /* bytes of a table's name */
};

/* all zero at first, but for what its user sets */
struct sqlitesink {
	const char *path;
	const char *table; /* as sqlitesink_table_ok() has it */
	int create;        /* it, where it is not there */
	int busy_ms;       /* that others may keep it locked */
	/* private */
	void *db, *insert;
	struct buf json;
};

/* may a table be called so?  letters, digits and '_' */
int sqlitesink_table_ok(const char *);
/* shiplink.h: a batch; arg is the sqlitesink.  The file is open only meanwhile,
 * so that it may be moved, and others may have it */
int sqlitesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);

#endif
