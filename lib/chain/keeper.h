#ifndef CHAIN_KEEPER_H
#define CHAIN_KEEPER_H

/*
 * Workers: N copies of this process, which do the work, and this one, the
 * keeper, which forked them and starts again who has died.  It reads nothing
 * and has no event loop, since a worker would share that with it.
 */
enum {
	KEEPER_WORKERS_MAX = 64,
	KEEPER_STOP_MS = 2500,       /* for them to end after TERM */
	KEEPER_BACKOFF_MIN_MS = 100, /* until one that died is started again */
	KEEPER_BACKOFF_MAX_MS = 10000
};

/* in the keeper; each may be NULL */
struct keeper_calls {
	void (*up)(void);              /* the first of them serves */
	void (*died)(unsigned worker); /* before it is started again */
	void (*stopping)(void);        /* TERM came: to close what is served */
	void (*ended)(void);           /* all have, in order */
};

/*
 * keeper_run - fork n workers, 1 to KEEPER_WORKERS_MAX
 *
 * Returns in each worker, with its number from 0; -1 with errno when there is
 * no memory.  In the keeper it never returns: it ends the program with 0 when
 * TERM or INT came and all have ended, or were killed after KEEPER_STOP_MS;
 * or with a worker's exit status, EXIT_TEMP where that is 0 or a signal's, when
 * that one ended before any had been ready.  A worker gets TERM when its keeper
 * dies.
 */
int keeper_run(unsigned n, const struct keeper_calls *);
/* in a worker: it serves now; elsewhere nothing */
void keeper_ready(void);
/* processors that this process may run on, 1 to KEEPER_WORKERS_MAX */
unsigned keeper_processors(void);

#endif
