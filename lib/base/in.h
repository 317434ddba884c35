#ifndef BASE_IN_H
#define BASE_IN_H

#include "base/buf.h"

enum { IN_BYTES = 16384 /* asked for at a time */ };

/* more of descriptor 0 behind what the buffer has: 1, or 0 at the end of input.
 * Without memory, or where it cannot be read, the program ends, EXIT_TEMP */
int in_more(struct buf *);

#endif
