#ifndef LOCAL_COMMAND_H
#define LOCAL_COMMAND_H

#include "local/localjob.h"
#include "local/shellcommand.h"

/*
 * The commands of local-deliver: so many run at once, further ones wait
 * for their turn, in order.
 */
enum {
	LOCALCOMMAND_MAX = 256,         /* commands at once, at most */
	LOCALCOMMAND_WAITING_MAX = 1000 /* jobs waiting for a turn */
};

enum localcommand_end {
	LOCALCOMMAND_OK,   /* success, and its words are in j->text */
	LOCALCOMMAND_LAST, /* the same, and nothing more is to be done */
	LOCALCOMMAND_TEMP, /* failed, as j->text says */
	LOCALCOMMAND_PERM,
	LOCALCOMMAND_TIMEOUT,
	LOCALCOMMAND_FAILED,  /* not started, errno */
	LOCALCOMMAND_FULL,    /* not started, too many wait */
	LOCALCOMMAND_DROPPED, /* not started, localcommand_drop() */
	LOCALCOMMAND_KILLED   /* localcommand_kill() */
};

/* all zero but for what the owner sets */
struct localcommands {
	unsigned max; /* at once, up to LOCALCOMMAND_MAX */
	int64_t timeout_ms;
	const char *base;   /* path of the directory of Maildirs */
	const char *server; /* NULL, or the socket of who runs them */
	/* the job's command has come to this end; esc: an enhanced status
	 * code with OK to TIMEOUT.  Comes from within all that follows */
	void (*done)(struct localjob *, enum localcommand_end, const char *esc);
	/* it is about to be started */
	void (*begins)(struct localjob *);
	/* a command has ended, and the next that waited is started */
	void (*changed)(void *arg);
	void *arg;
	unsigned n_running, n_waiting;
	struct localjob *waiting, **last;
	struct shellcommand program[LOCALCOMMAND_MAX];
};

/* run j->command on the job's message, now or later */
void localcommand_run(struct localcommands *, struct localjob *);
/* all that wait */
void localcommand_drop(struct localcommands *);
/* all that run: their outcome is unknown */
void localcommand_kill(struct localcommands *);
/* the same, and done() is not called */
void localcommand_abandon(struct localcommands *);

#endif
