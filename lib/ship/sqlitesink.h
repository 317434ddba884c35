#ifndef SHIP_SQLITESINK_H
#define SHIP_SQLITESINK_H

#include "ship/batch.h"

/*
 * Events into a table of SQLite, ship-sqlite(8): a batch is a transaction, and an
 * eid that is there already is left as it is.
 */
/* all zero at first, but for what its user sets */
struct sqlitesink {
	const char *path;
	const char *table; /* as sqlname_ok() has it */
	int create;        /* it, where it is not there */
	int busy_ms;       /* that others may keep it locked */
	/* private */
	void *db, *insert;
	struct buf json;
};

/* shiplink.h: a batch; arg is the sqlitesink.  The file is open only meanwhile,
 * so that it may be moved, and others may have it */
int sqlitesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);

#endif
