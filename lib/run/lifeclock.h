#ifndef RUN_LIFECLOCK_H
#define RUN_LIFECLOCK_H

struct run;

/*
 * The inside of run/lifetime: the clock that makes steps, and the file in which
 * it is kept for the next queue-run; lifetime_clock() and lifetime_alive() are
 * there as well.
 */
/* has it made one while nobody looked? */
void lifeclock_start(struct run *);

#endif
