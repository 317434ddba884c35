#ifndef RECV_RCPTCLIENT_H
#define RECV_RCPTCLIENT_H

#include "chain/asker.h"
#include "recv/rcptwire.h"

/*
 * Whether there is somebody at an address, asked of another process: of
 * rcpt-check(8) at its socket, by smtp-recv, and of its next link by
 * rcpt-check.  A question changes nothing, so one that was under way when that
 * ended may be put again.
 */
enum {
	RCPTCLIENT_OPEN_MAX = 2000, /* questions at once */
	RCPTCLIENT_WAIT_MS = 40000  /* for an answer: who is asked has less */
};

/* the caller's, all zero but for done, to and ask; must stay where it is until
 * done() or rcptclient_cancel() */
struct rcptclient_question {
	struct asker_question asked; /* first */
	struct slice to;             /* the address */
	const char *ask;             /* the word of conf/rcpt */
	/* exactly once, from the event loop; the answer is valid until this
	 * returns */
	void (*done)(struct rcptclient_question *,
	    const struct rcptwire_answer *);
};

/* all zero before rcptclient_init() */
struct rcptclient {
	struct asker
	    asker; /* first; its wait_ms, away_ms and tries may be set */
	struct rcptwire_answer heard;
};

/* next: a command, or the single word unix:PATH; kept by the caller.  It is
 * started, or connected to, from the loop */
void rcptclient_init(struct rcptclient *, char *const next[]);
/* for who stops: what is under way is forgotten, done() does not come, and the
 * input of a command is closed */
void rcptclient_close(struct rcptclient *);
/* 0, and done() comes; -1: too many are under way */
int rcptclient_ask(struct rcptclient *, struct rcptclient_question *);
/* done() does not come; nothing when none is under way */
void rcptclient_cancel(struct rcptclient *, struct rcptclient_question *);

#endif
