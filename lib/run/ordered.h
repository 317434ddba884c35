#ifndef RUN_ORDERED_H
#define RUN_ORDERED_H

#include "queue/jobhead.h"

struct run;
struct order;

/*
 * An order for a recipient that is in the chain holds when it is back.
 * Should we not see it come back, its file says so, and the next queue-run,
 * to which it does not come back any more, carries the order out.
 */
/* delete or return (RUN_DELETE, RUN_BOUNCE) what is down, when it is back;
 * 0, -1: that does not stand in its file */
int ordered_mark(struct run *, uint32_t rcpt, const struct jobhead *,
    unsigned flag);
/* was that ordered in the run before?  Then it waits for ordered_end() */
int ordered_load(struct run *, uint32_t rcpt);
void ordered_end(struct run *, uint32_t rcpt, const struct jobhead *);

/*
 * To return one that is not down: it is at its end, in its file where a report
 * is owed, else in the journal.  0, -1: that could not be recorded, and it is
 * as it was.  Behind its event comes ordered_bounced().
 */
int ordered_bounce(struct run *, uint32_t rcpt, const struct jobhead *,
    int64_t at_us);
void ordered_bounced(struct run *, uint32_t rcpt);
/* both, since an order that stands has it so */
void ordered_return(struct run *, uint32_t rcpt, const struct jobhead *,
    const struct order *);

#endif
