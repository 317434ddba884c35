#ifndef IMPORT_ALIASMAP_H
#define IMPORT_ALIASMAP_H

#include "import/maptable.h"

/*
 * Tables of Postfix that say who an address is, as lines of aliases, local and
 * routes: those of the manual pages virtual and, of recipients, canonical and
 * aliases.
 */
enum {
	ALIASMAP_CHAIN_MAX = 16 /* domains that become one another in a row */
};

/*
 * aliasmap_virtual - the page virtual, or canonical
 *
 * origin  the domain that stands behind a user without one, myorigin of
 *         its parameters; NULL: it is not known
 */
void aliasmap_virtual(struct import *, const struct maptable *,
    const char *origin);
/* the page aliases */
void aliasmap_aliases(struct import *, const struct maptable *);

#endif
