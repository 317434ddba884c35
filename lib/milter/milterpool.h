#ifndef MILTER_MILTERPOOL_H
#define MILTER_MILTERPOOL_H

#include "base/list.h"
#include "base/seldom.h"
#include "base/spool.h"
#include "milter/milteraddr.h"
#include "milter/milterstep.h"

/*
 * A milter, in the event loop: connections to it, each with one message at a
 * time, and messages that wait for one.  A connection that has ended a message
 * in order is used for the next where the milter can do that.  What fails on
 * one that was used before, before anything was answered, is tried once more on
 * a new one: the milter may have closed it while nothing was asked.
 */
enum {
	MILTERPOOL_IDLE_MS = 60000,         /* then a connection is closed */
	MILTERPOOL_MESSAGE_MAX_MS = 900000, /* for one message, however much
					     * progress is told */
	MILTERPOOL_DIAL_MS = 50,          /* to try again where too many wait */
	MILTERPOOL_CHANGES_MAX = 4 << 20, /* bytes of a message's changes, */
	MILTERPOOL_BODY_MAX = 256 << 20,  /* and of its new body */
	MILTERPOOL_TELL_MS = 60000 /* between two warnings of one milter */
};

enum miltertask_end {
	MILTERTASK_PASS,
	MILTERTASK_PERM,
	MILTERTASK_TEMP,
	MILTERTASK_DROP,
	MILTERTASK_FAILED /* the milter is gone, hangs, or errs */
};

/* a message for a milter; all zero but for mail, done and dir.  It must stay
 * where it is until done() */
struct miltertask {
	const struct miltermail *mail;
	/* once, from the event loop */
	void (*done)(struct miltertask *, enum miltertask_end);
	const char *dir; /* for a file with a large body */
	/* what came of it */
	char text[MILTERREPLY_TEXT]; /* of a refusal, or why it failed */
	struct buf changes;          /* milterchange() */
	struct spool body;           /* the new one, LF line ends */
	unsigned new_body : 1;
	unsigned space : 1; /* milterchange.h */
	/* the rest is of milterpool.c */
	struct list_node node;
	unsigned fresh : 1; /* wants a new connection */
};

struct milterpool {
	const struct milteraddr *at;
	/* the rest is of milterpool.c */
	struct list waiting; /* tasks */
	struct list idle;    /* connections */
	uint64_t n;          /* connections */
	struct seldom told;
};

void milterpool_ask(struct milterpool *, struct miltertask *);
/* nothing is under way: idle connections are closed */
void milterpool_close(struct milterpool *);
/* the body and the changes; not while it is under way */
void miltertask_free(struct miltertask *);

#endif
