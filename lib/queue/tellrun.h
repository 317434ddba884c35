#ifndef QUEUE_TELLRUN_H
#define QUEUE_TELLRUN_H

#include "base/buf.h"

/*
 * tellrun - the queue-run of a queue learns of new messages
 *
 * root  the queue's folder
 * fifo  of the queue; -1: not open yet
 * ids   a line for each, whole lines; empty afterwards
 *
 * When queue-run is not there or its FIFO is full it finds them by itself.
 */
void tellrun(int root, int *fifo, struct buf *ids);

#endif
