#ifndef SHIP_SHIPSHOW_H
#define SHIP_SHIPSHOW_H

#include "ship/shipping.h"

/* What is logged and not yet shipped, for people and for checks. */

/* a line for each log, and with lines these, too, on descriptor 1.  1: something
 * has not been shipped, or is lost; 0; EXIT_TEMP: a log could not be read, which
 * was said */
int shipshow_waiting(const struct shipping *, int lines);
/* what would be sent now, as a link would get it.  0, or EXIT_TEMP as above */
int shipshow_next(const struct shipping *);

#endif
