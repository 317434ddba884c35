#ifndef ROUTE_ALIASFILE_H
#define ROUTE_ALIASFILE_H

#include "conf/conffile.h"

/*
 * The file `aliases`, conf(5):
 *
 *   user@domain: target[, target...]
 *   user: target...        for every local domain
 *   @domain: target...     for every other address of the domain
 *
 * A target is an address, a user (of the domain of the address that is
 * replaced) or |COMMAND; with commas in double quotes.  Record: key in
 * lower case, data "LINE\n" and a target a line.
 */
extern const struct conffile conffile_aliases;

enum { ALIASFILE_TARGETS_MAX = 256 }; /* on one line */

#endif
