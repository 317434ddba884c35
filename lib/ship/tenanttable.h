#ifndef SHIP_TENANTTABLE_H
#define SHIP_TENANTTABLE_H

#include "base/buf.h"

/*
 * Where the events of each tenant go: a text of lines TENANT URL [SECRET-FILE],
 * with '#' in front of comments.  The tenant `*' is any other.  Pure.
 */
enum { TENANTTABLE_MAX = 100000 /* tenants */ };

struct tenanttable_row {
	const char *tenant, *url;
	const char *secret; /* path of a file, NULL: that of the destination */
};

struct tenanttable {
	struct tenanttable_row *row;
	size_t n;
};

/* text is cut into its words, and must stay.  0; -1: no memory; or the number
 * of the line that is none, or has a tenant a second time */
long tenanttable_parse(struct tenanttable *, char *text);
void tenanttable_free(struct tenanttable *);
/* NULL: there is no row for it */
const struct tenanttable_row *tenanttable_find(const struct tenanttable *,
    const char *tenant);

#endif
