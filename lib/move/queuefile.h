#ifndef MOVE_QUEUEFILE_H
#define MOVE_QUEUEFILE_H

#include "base/buf.h"

/*
 * Files of ours in the folder of a queue, root, besides those of queue-run:
 * QUEUE/moving and QUEUE/imported.  Only one program of each kind writes at a
 * time.
 */
enum { QUEUEFILE_BYTES_MAX = 1 << 30 };

/* all of it, appended; of what is not there nothing.  0, or -1 with errno */
int queuefile_read(int root, const char *name, struct buf *);
/* it has this, durably, or still what it had; with nothing in it it goes.  0, or
 * -1 with errno */
int queuefile_put(int root, const char *name, const struct buf *);

#endif
