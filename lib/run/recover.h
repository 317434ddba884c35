#ifndef RUN_RECOVER_H
#define RUN_RECOVER_H

#include "base/buf.h"

struct run;

/* What the runs before have written down and not recorded. */
struct recover {
	struct buf lines;    /* of jobs that are claimed */
	unsigned n;          /* so many */
	unsigned file;       /* how many files have been taken in */
	struct buf sendings; /* struct sending each */
};

/* take it in: before anything goes down, and before the first scan */
void recover_results(struct run *);

#endif
