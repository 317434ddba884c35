#ifndef RUN_FIFO_H
#define RUN_FIFO_H

#include "base/loop.h"

struct run;

/* Ids of messages that are safe, from QUEUE/trigger. */
struct fifo {
	int fd;
	struct loop_io io;
};

void fifo_start(struct run *);

#endif
