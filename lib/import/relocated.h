#ifndef IMPORT_RELOCATED_H
#define IMPORT_RELOCATED_H

#include "import/maptable.h"

/* The table relocated of Postfix: who has moved, as rules of routes that refuse.
 * Addresses come first, then users of local domains, then domains. */
void relocated_import(struct import *, const struct maptable *);

#endif
