#ifndef THROTTLE_THROTTLEFILE_H
#define THROTTLE_THROTTLEFILE_H

#include "conf/conffile.h"

/*
 * The file `throttle`, conf(5).  Record: "1", "2", ... in the order of the
 * lines, data as throttle_print() has a rule; "n": how many.
 */
extern const struct conffile conffile_throttle;

#endif
