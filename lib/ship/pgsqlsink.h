#ifndef SHIP_PGSQLSINK_H
#define SHIP_PGSQLSINK_H

#include "ship/batch.h"
#include "ship/shipconn.h"
#include <stdint.h>

/*
 * Events into a table of PostgreSQL, ship-pgsql(8): a batch is one statement,
 * and an eid that is there already is left as it is.  The only file that includes
 * libpq-fe.h; libpq is linked with OpenSSL, so that nothing of libowfat may be in
 * a program that has it.
 */
/* all zero at first, but for what its user sets */
struct pgsqlsink {
	const char *url;             /* as libpq has it */
	const char *user, *password; /* NULL: those of the URL, or of libpq */
	const char *ca_file, *cert_file, *key_file; /* NULL: libpq's */
	const char *table; /* TABLE or SCHEMA.TABLE, sqlname.h */
	int create;        /* it, where it is not there */
	int64_t connect_ms, timeout_ms;
	/* private */
	void *conn;
	struct buf json;
	char why[SHIPCONN_WHY_MAX];
	char state[6]; /* SQLSTATE of what failed */
};

/* the statements that make the table; 0, or -1 with ENOMEM */
int pgsqlsink_schema(const char *table, struct buf *);
/* shiplink.h: a batch; arg is the pgsqlsink */
int pgsqlsink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);
void pgsqlsink_end(struct pgsqlsink *);

#endif
