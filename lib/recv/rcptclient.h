#ifndef RECV_RCPTCLIENT_H
#define RECV_RCPTCLIENT_H

#include "base/byid.h"
#include "base/list.h"
#include "base/restart.h"
#include "base/seldom.h"
#include "chain/wire.h"
#include "recv/rcptwire.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * Whether there is somebody at an address, asked of another process: of
 * rcpt-check(8) at its socket, by smtp-recv, and of its next link by
 * rcpt-check.  Questions run side by side; it is connected to, or started, again
 * whenever it has ended.  A question changes nothing, so one that was under way
 * then may be put again; who waits for too long hears that it is not known.
 */
enum {
	RCPTCLIENT_OPEN_MAX = 2000, /* questions at once */
	RCPTCLIENT_WAIT_MS = 40000, /* for an answer: who is asked has less */
	RCPTCLIENT_AWAY_MS = 3000,  /* for somebody to ask */
	RCPTCLIENT_TRIES = 2,       /* put so often */
	RCPTCLIENT_MUTE = 5, /* times the wait without any answer: a command
			      * is killed, and started anew */
	RCPTCLIENT_RETRY_MIN_MS = 50, /* to connect again, */
	RCPTCLIENT_RETRY_MAX_MS = 1000,
	RCPTCLIENT_TELL_MS = 60000 /* between two warnings of nobody there */
};

/* the caller's, all zero but for done, to and ask; must stay where it is until
 * done() or rcptclient_cancel() */
struct rcptclient_question {
	struct byid_node by_id; /* first; id 0: not under way, also while
				 * done() runs */
	struct list_node by_age;
	unsigned tries;
	int64_t until_ms;
	struct slice to; /* the address */
	const char *ask; /* the word of conf/rcpt */
	/* exactly once, from the event loop; the answer is valid until this
	 * returns */
	void (*done)(struct rcptclient_question *,
	    const struct rcptwire_answer *);
};

/* all zero before rcptclient_init(), which sets what is public */
struct rcptclient {
	char *const *next; /* argv, as spawn_next() */
	int64_t wait_ms, away_ms;
	unsigned tries;
	/* the rest is of rcptclient.c */
	struct wire wire;
	struct restart restart;
	struct loop_timer timer;
	struct byid by_id;
	struct list by_age; /* the first to expire first */
	size_t open;
	pid_t pid, old;
	struct seldom told;
	int64_t heard_ms; /* it has begun, or answered */
	unsigned connected : 1;
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
