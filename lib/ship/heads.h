#ifndef SHIP_HEADS_H
#define SHIP_HEADS_H

/*
 * A process for each destination of conf/ship, started again when it ends, and
 * anew when its line has changed; and none for one that is not there any more.
 */
enum {
	HEADS_LOOK_MS = 500,        /* between two looks at the table */
	HEADS_BACKOFF_MIN_MS = 200, /* until one that ended is started again */
	HEADS_BACKOFF_MAX_MS = 30000,
	HEADS_STOP_MS = 4000 /* for them to end after TERM */
};

/* until TERM or INT; the status to exit with */
int heads_run(const char *confdir, const char *state, const char *root);

#endif
