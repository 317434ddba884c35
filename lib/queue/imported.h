#ifndef QUEUE_IMPORTED_H
#define QUEUE_IMPORTED_H

#include "base/buf.h"

/*
 * QUEUE/imported, which queue-import writes, queue(5): does it name this file
 * of QUEUE/tmp?  Then it is no leftover, for whoever sent it has been told, or
 * will be, that it is here.
 *
 * text  keeps what was read, all zero at first; the same for all files of a
 *       queue
 *
 * 1, 0, or -1 with errno: it cannot be read.
 */
int imported_has(int root, const char *id, struct buf *text);

#endif
