#ifndef CONF_SHIPPEDTABLE_H
#define CONF_SHIPPEDTABLE_H

#include "base/cdbwrite.h"
#include "base/table.h"
#include "conf/conffile.h"
#include "conf/word.h"

/*
 * The lines of a file that are shipped: its parser puts them behind those of
 * the site, with their version under "=version", so that a table has both, and
 * that of an empty text, made in memory, has the shipped ones alone.
 */
struct shippedtable {
	struct table table;
	struct cdbwrite made; /* what table is */
	const char *what;     /* they are, for people: "classes of failures" */
	uint64_t told; /* generation that was compared with this release */
};

/*
 * what  lives as long as the table
 *
 * Ends the program without memory, and where the shipped lines have faults: a
 * unit test looks that they have none.
 */
void shippedtable_open(struct shippedtable *, const struct conffile *,
    const char *what);
/* the version of the shipped lines in a table; empty: it has none */
struct slice shippedtable_version(struct table *);
/* after an upgrade a site's table is as old as the last conf-build: that is
 * said, once for each table that is opened */
void shippedtable_compare(struct shippedtable *, struct table *site);

#endif
