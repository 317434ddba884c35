#ifndef SIM_SIMFLOW_H
#define SIM_SIMFLOW_H

#include "sim/simstat.h"
#include "throttle/react.h"
#include "throttle/transaction.h"

/*
 * throttle(8) in virtual time: the same jobs and results, the same code that
 * decides, and time is an argument.  The clock of the wall is the limiter's.
 */
struct simflow {
	struct limiter limiter;
	struct react react;
	struct transaction_way way;
	struct transaction_group group;
	struct limiter_flow *flow;
	struct buf lines;  /* of the group */
	int64_t opened_us; /* what is open again is told then; 0 */
	int64_t now_us;
	struct simstat *stat;
	/* its jobs go now, whole lines; set by who has it */
	void (*go)(void *arg, const char *lines, size_t n, int64_t now_us);
	/* a result goes up, one line; the same */
	void (*up)(void *arg, const char *line, size_t n, int64_t now_us);
	/* what was put off may be asked for again */
	void (*again)(void *arg, int64_t now_us);
	void *arg;
};

/* the others are set; ends the program when a table cannot be used */
void simflow_open(struct simflow *, const char *confdir, uint64_t seed,
    int64_t now_us);
/* a job, a line with its LF; those of one message one after the other */
void simflow_job(struct simflow *, const char *line, size_t n, int64_t now_us);
/* no more of them comes with the last */
void simflow_offer(struct simflow *, int64_t now_us);
/* a result of what has gone */
void simflow_result(struct simflow *, const char *line, size_t n,
    int64_t now_us);
/* when simflow_run() is wanted next */
int64_t simflow_due(const struct simflow *);
void simflow_run(struct simflow *, int64_t now_us);
void simflow_close(struct simflow *);

#endif
