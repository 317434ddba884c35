#ifndef SIM_SIMTABLE_H
#define SIM_SIMTABLE_H

#include "base/buf.h"
#include "sim/simstat.h"

/* What was counted, as text: a table for people, or lines of LTSV. */
enum { SIMTABLE_RUNS = 3 };

struct simtable {
	/* of each run; all were closed */
	const struct simstat *run[SIMTABLE_RUNS];
	const char *name[SIMTABLE_RUNS]; /* log, old, new */
	unsigned n;
	const char *by; /* what groups are */
	unsigned most;  /* groups and limits, in the table; 0: all */
};

/* 0, or -1 with ENOMEM */
int simtable_people(struct buf *, const struct simtable *);
int simtable_ltsv(struct buf *, const struct simtable *);

#endif
