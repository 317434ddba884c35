#ifndef RUN_LIFETIME_H
#define RUN_LIFETIME_H

#include "base/loop.h"
#include "queue/jobhead.h"
#include "run/failkind.h"
#include "run/nextsource.h"
#include "run/jobs.h"

struct run;

/*
 * Lifetime and delay warning by the clock, whatever else becomes of a
 * recipient: in the line of a closed site, suspended, held.  Each recipient
 * has the time at which one of them is due (schedule_watch); those whose
 * time has come are looked at in slices.
 *
 * A recipient that could be tried gets its last attempt at the end of its
 * time, and a chance after a start; so it expires a little later.
 */
struct lifetime {
	/* what the retry table has for a domain, by its number */
	struct lifespan *domain;
	uint32_t n;
	struct loop_timer timer;
	int64_t alive_ms, pass_ms; /* the file is told; the next pass */
	int64_t expected_ms;       /* of both clocks */
	uint64_t generation;       /* of the table */
	int by_case;               /* it knows of classes or failures */
	struct buf conditions;     /* which, retry.h; empty: it does not say */
	struct failkind kinds;
	struct nextsource sources;
	int started;
	int64_t unsure_ms; /* until then links may have said a time by the clock
			    * as it was before its last step */
};

void lifetime_start(struct run *);
/* has the clock made a step?  To be asked before anything is judged by it: the
 * next tick is too late for what comes to its end meanwhile */
void lifetime_clock(struct run *);
/* one slice of a pass: 1 when there is more to do, else 0 */
int lifetime_slice(struct run *);
/* a recipient has come into the index */
void lifetime_set(struct run *, uint32_t rcpt, const struct jobhead *);
/* it has come back; returns for how many ms it is to wait at least, so that it
 * is not down the chain again before its end, or the warning, that is due */
int64_t lifetime_back(struct run *, const struct run_job *);
/* it was tried, in vain */
void lifetime_tried(struct run *, const struct run_job *,
    const struct retry_case *);
/* the next attempt as it stands in a file, seconds, by the clock as it is now;
 * no later than any interval of the retry table from now */
int64_t lifetime_cap(struct run *, uint32_t rcpt, int64_t next_s);
/* tell the next queue-run what time it is */
void lifetime_alive(struct run *);

#endif
