#ifndef RUN_CONTROL_H
#define RUN_CONTROL_H

struct run;

/*
 * Requests on QUEUE/ctl.  One that concerns many messages is done in slices
 * between rounds of the loop, so delivery goes on beside it.
 */
void control_start(struct run *);
/* one slice: 1 when there is more to do, else 0 */
int control_slice(struct run *);

#endif
