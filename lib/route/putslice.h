#ifndef ROUTE_PUTSLICE_H
#define ROUTE_PUTSLICE_H

#include "base/buf.h"
#include "base/slice.h"

/* a label into a line, ltsv_put(), where there is a value for it: an empty one
 * is left out.  0, or -1 with ENOMEM */
int putslice(struct buf *, const char *label, struct slice);

#endif
