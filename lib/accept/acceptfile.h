#ifndef ACCEPT_ACCEPTFILE_H
#define ACCEPT_ACCEPTFILE_H

#include "conf/conffile.h"

/*
 * The file `accept`, conf-accept(5).  Record: "1", "2", ... in the order of the
 * lines, data as acceptrule_print() has a rule; "@1", "@2", ...: the number of
 * its line; "n": how many.
 */
extern const struct conffile conffile_accept;

#endif
