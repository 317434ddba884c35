#ifndef IMPORT_DOMAINMAP_H
#define IMPORT_DOMAINMAP_H

#include "import/import.h"

/*
 * Domains that become other ones, and addresses that an expression rewrites:
 * rules of routes with rewrite:, which stand in the order in which one leads
 * to the other.  All zero but for the import: none yet.
 */
struct domainmap {
	struct import *import;
	struct buf list; /* internal, as is keys */
	struct wordset keys;
};

/* @old becomes @new; both live on until domainmap_finish() */
void domainmap_add(struct domainmap *, const struct import_at *,
    struct slice old, struct slice new);
/* does this domain, with its @, become another? */
int domainmap_has(struct domainmap *, struct slice domain);
/* what fits the expression, import/mailpattern.h, becomes value; said at once */
void domainmap_expression(struct domainmap *, const struct import_at *,
    struct slice re, struct slice value);
/* the lines are made, and memory is freed */
void domainmap_finish(struct domainmap *);

#endif
