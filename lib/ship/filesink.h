#ifndef SHIP_FILESINK_H
#define SHIP_FILESINK_H

#include "ship/batch.h"
#include "ship/csvrecord.h"
#include <sys/types.h>

/*
 * Events appended to files whose names have their time in them, ship-file(8).
 * A batch is there whole before it is said to be, or nothing of it is: what was
 * written of one that failed is cut off again, and the end of a line that a
 * crash left, too.
 */
enum {
	FILESINK_NAMES_MAX = 64,  /* of files into which one batch may go */
	FILESINK_TAIL_MAX = 65536 /* bytes that are looked at for that end */
};

enum filesink_format { FILESINK_LTSV, FILESINK_JSON, FILESINK_CSV };

struct filesink {
	const char *pattern; /* of the name, strftime(3) */
	enum filesink_format format;
	struct csvrecord csv; /* of that format */
	mode_t mode;          /* of a new file; its folders may be entered
	                         by those who may read it */
	int sync;             /* fsync before a batch is said to be there */
	/* private: whose name is safe since we know of it */
	dev_t dev;
	ino_t ino;
};

/* shiplink.h: a batch; arg is the filesink */
int filesink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt);

#endif
