#ifndef CONF_TABLEOPEN_H
#define CONF_TABLEOPEN_H

#include "base/table.h"

/*
 * tableopen - CONFDIR/NAME.cdb, which need not be there
 *
 * Without it nothing is found, tablelookup_get_open(), until it comes.  But a
 * text without its table ends the program: somebody has written rules, and
 * they would not hold.  So does a table that cannot be opened, with EXIT_TEMP.
 * The path that the table keeps is never freed.
 */
void tableopen(struct table *, const char *confdir, const char *name);

#endif
