#ifndef RUN_FAILED_H
#define RUN_FAILED_H

#include "failure/failuretable.h"
#include "format/ltsv.h"
#include "queue/jobhead.h"

struct run;

/* What failures are called, conf-classes(5), by CONFDIR/classes.cdb of the
 * folder that the retry table is in; without one by the shipped lines. */
struct failed {
	struct failuretable table;
};

void failed_start(struct run *);
/* of a result, which may know by itself: its labels failure, failure-type.
 * event: of which kind it is going to be */
void failed_result(struct run *, const struct ltsv *, const char *event,
    struct failure *);
/* of a reply as message files have it, "ESC HOST TEXT" */
void failed_reply(struct run *, const char *reply, size_t n, const char *event,
    struct failure *);
/*
 * failed_replay - the event of an end that may not have been logged before a
 * crash
 *
 * c     the head; NULL: no more than the recipient's number is known
 * at_s  when it ended, seconds since 1970; 0: not known
 *
 * Of a failure that a report is owed for the file has the reply.
 */
void failed_replay(struct run *, const char *id, unsigned n,
    const struct jobhead *c, enum message_state, int64_t at_s);
/* its labels, in the event that is being made */
void failed_put(const struct failure *);

#endif
