#ifndef CHAIN_ASKER_H
#define CHAIN_ASKER_H

#include "base/byid.h"
#include "base/list.h"
#include "base/restart.h"
#include "base/seldom.h"
#include "chain/wire.h"
#include <stdint.h>
#include <sys/types.h>

/*
 * Questions to another process, a line each, whose answers come back in any
 * order.  They run side by side; it is connected to, or started, again whenever
 * it has ended.  A question that was under way then may be put again; who waits
 * for too long hears that it is not known.
 */
enum {
	ASKER_AWAY_MS = 3000,    /* for somebody to ask */
	ASKER_TRIES = 2,         /* put so often */
	ASKER_MUTE = 5,          /* times the wait without any answer: a command
				  * is killed, and started anew */
	ASKER_RETRY_MIN_MS = 50, /* to connect again, */
	ASKER_RETRY_MAX_MS = 1000,
	ASKER_TELL_MS = 60000 /* between two warnings of nobody there */
};

/* the first of the caller's structure, all zero; must stay where it is until done()
 * or asker_cancel() */
struct asker_question {
	struct byid_node
	    by_id; /* id 0: not under way, also while done() runs */
	struct list_node by_age;
	unsigned tries;
	int64_t until_ms;
};

struct asker;

/* what is said there */
struct asker_calls {
	const char *cannot; /* "recipients cannot be asked for": then why */
	/* append a question, with the number by_id.id; 0, or -1 with ENOMEM */
	int (*put)(struct buf *, const struct asker_question *);
	/* a line as an answer, valid until done() returns, and its number; NULL:
	 * it is none */
	const void *(*read)(struct asker *, const char *, size_t, uint32_t *id);
	/* exactly once for each question, from the event loop; NULL: it is not
	 * known */
	void (*done)(struct asker_question *, const void *answer);
};

/* all zero before asker_init(), which sets what is public but calls, next and
 * wait_ms */
struct asker {
	const struct asker_calls *calls;
	char *const *next; /* argv, as spawn_next() */
	int64_t wait_ms, away_ms;
	unsigned tries;
	/* the rest is of asker.c; open may be read */
	size_t open;
	struct wire wire;
	struct restart restart;
	struct loop_timer timer;
	struct byid by_id;
	struct list by_age; /* the first to expire first */
	pid_t pid, old;
	struct seldom told;
	int64_t heard_ms; /* it has begun, or answered */
	unsigned connected : 1;
};

/* next: a command, or the single word unix:PATH; kept by the caller.  It is
 * started, or connected to, from the loop */
void asker_init(struct asker *, const struct asker_calls *, char *const next[],
    int64_t wait_ms);
/* for who stops: what is under way is forgotten, done() does not come, and the
 * input of a command is closed */
void asker_close(struct asker *);
/* done() comes; ends the program when memory is out */
void asker_ask(struct asker *, struct asker_question *);
/* done() does not come; nothing when it is not under way */
void asker_cancel(struct asker *, struct asker_question *);

#endif
