#ifndef THROTTLE_CLOSING_H
#define THROTTLE_CLOSING_H

#include "throttle/closurefile.h"
#include "throttle/react.h"
#include "throttle/transaction.h"

/*
 * What replies close and open, from one result to the next: what is closed is
 * kept in a file, each change is an event, and who waits for what is open
 * again is told that he may come.
 */
enum { CLOSING_REOPEN_US = 1000000 /* that is told so often */ };

struct closing {
	struct react react;
	struct closurefile file;
	int64_t reopened_us; /* it is told then; 0: nothing is open again */
	int slow;            /* the last result has asked for less */
};

/*
 * closing_result - one line of a result
 *
 * t     of which it is; NULL: nobody asked for it
 * line  receives the line that goes up in its place
 *
 * 1: it does; 0: the result goes as it came; -1 with ENOMEM.
 */
int closing_result(struct closing *, const struct ltsv *,
    const struct transaction *t, int64_t wall_us, int64_t now_us,
    struct buf *line);
/* a transaction is to come back later, for c keeps it; said receives what its
 * item points to */
void closing_keeps(struct transaction *, const struct closure *c,
    struct limiter_said *said, int64_t now_us);
/* is it time to tell who waits that something is open again?  Once */
int closing_reopened(struct closing *, int64_t now_us);
/* when the next of these is wanted, or the file written; INT64_MAX: not */
int64_t closing_due(const struct closing *);
/* the file, if that is due; ending: in any case */
void closing_flush(struct closing *, int ending);

#endif
