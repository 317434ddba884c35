#ifndef RUN_ORDERED_H
#define RUN_ORDERED_H

#include "queue/jobhead.h"

struct run;

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

#endif
