#ifndef IMPORT_ACCESS_H
#define IMPORT_ACCESS_H

#include "import/maptable.h"

/*
 * The table access of Postfix, as its manual page has it, of recipients or of
 * senders: who is refused for good, as lines of prohibited.  A domain is all
 * below it, too, as its parameter parent_domain_matches_subdomains has it by
 * default.
 *
 * side  "to:" or "from:"
 */
void access_import(struct import *, const struct maptable *, const char *side);

#endif
