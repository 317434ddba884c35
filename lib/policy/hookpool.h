#ifndef POLICY_HOOKPOOL_H
#define POLICY_HOOKPOOL_H

#include "base/list.h"
#include "base/restart.h"
#include "base/seldom.h"
#include "chain/wire.h"
#include "policy/hookrule.h"
#include "policy/policytext.h"

/*
 * The connections to one policy server, and the questions that wait for an answer
 * of it.  Answers come in the order of the questions on a connection, so one
 * without an answer in time costs its connection, and those behind it are put
 * again on another.  A server that does not answer at all has a pause before it
 * is tried again, in which nobody waits for it.
 */
enum {
	HOOKPOOL_OPEN_MAX = 2000,  /* questions at once */
	HOOKPOOL_TRIES = 2,        /* put so often */
	HOOKPOOL_AWAY_MS = 3000,   /* without a connection: nobody waits */
	HOOKPOOL_IDLE_MS = 300000, /* an unused connection is closed */
	HOOKPOOL_RETRY_MIN_MS = 50,
	HOOKPOOL_RETRY_MAX_MS = 1000,
	HOOKPOOL_TELL_MS = 60000 /* between two warnings of the same */
};

struct hookpool;

/* how connections are made; or a unit test */
struct hookpool_by {
	/* a non-blocking one for a rule, or -1 with errno; *handle receives what
	 * kill() is told of it */
	int (*connect)(const struct hookrule *, int64_t *handle);
	/* what is behind it has hung */
	void (*kill)(int64_t handle);
};

/* one question; the caller's, all zero but for what is public */
struct hookquestion {
	/* public: the request, but for its end, and what stands before that;
	 * they stay until done() or hookpool_cancel() */
	struct slice head, tail;
	/* public: once, from the event loop; the answer is valid until this
	 * returns.  p NULL: there was none */
	void (*done)(struct hookquestion *, struct slice action);
	/* of hookpool.c */
	struct list_node line; /* of those that wait */
	struct hookpool *pool; /* NULL: not under way */
	struct hookconn *conn; /* on which it was put; NULL: it waits */
	unsigned tries;
	int64_t until_ms;
};

/* all zero before hookpool_init() */
struct hookpool {
	const struct hookrule *rule;
	const struct hookpool_by *by;
	size_t open;      /* questions, may be read */
	unsigned n_conns; /* the same */
	struct list waiting;
	struct list conns;
	struct restart restart;
	struct loop_timer timer;
	struct seldom told;
	int64_t away_ms; /* since when there is no answer; 0: there is */
};

/* rule must stay */
void hookpool_init(struct hookpool *, const struct hookrule *,
    const struct hookpool_by *);
/* all connections are closed, and done() does not come */
void hookpool_close(struct hookpool *);
/* 0, and done() comes, never from in here; -1: nobody is to wait for it now */
int hookpool_ask(struct hookpool *, struct hookquestion *);
/* done() does not come; nothing when it is not under way */
void hookpool_cancel(struct hookquestion *);

#endif
