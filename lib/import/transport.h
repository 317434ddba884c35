#ifndef IMPORT_TRANSPORT_H
#define IMPORT_TRANSPORT_H

#include "import/maptable.h"
#include "import/postfixhop.h"

/*
 * Tables of Postfix that say where mail goes, as rules of routes: its page
 * transport and, behind it, its parameter sender_dependent_relayhost_maps.
 *
 * Postfix looks for user@domain, domain, the nearest .parent, and *; routes
 * takes the first line that holds.  So the lines come in that order, and of
 * parents the longest first.  .parent means what is below it, but @.parent of
 * routes the domain itself, too: where no line is about that, one is put in
 * front which says what holds for it elsewhere in the table.
 */
enum {
	TRANSPORT_SENDERS_MAX = 1000 /* of lines about senders that are
				      * repeated for a domain */
};

void transport_import(struct import *, const struct maptable *transport,
    const struct maptable *senders, const struct postfixhop_site *);

#endif
