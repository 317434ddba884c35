#ifndef RUN_WHY_H
#define RUN_WHY_H

#include "base/loop.h"
#include "queue/jobhead.h"
#include "queue/name.h"
#include <stddef.h>
#include <stdint.h>

struct run;

/*
 * Questions about jobs, which go down the chain as jobs do and deliver nothing:
 * job(5), Questions.  They have no place in the window and stand in no journal.
 */
enum {
	WHY_ASKED_MAX = 64,          /* that are down at a time */
	WHY_DEADLINE_MS = 2000,      /* then there is no answer */
	WHY_ID_LEN = 20,             /* "explain-" and 12 hexadecimal digits */
	WHY_ID_ROOM = WHY_ID_LEN + 5 /* as gcc counts */
};
/* in place of an id: a message that is not there */
#define WHY_NEW "new"

/* what comes of a question: the answer's line, which names the recipient by the
 * label explain; NULL: there is none in time */
typedef void why_answered(void *arg, const char *line, size_t n);

struct why {
	struct why_asked {
		uint64_t serial;        /* 0: free */
		char of[NAME_LEN + 16]; /* ID/N */
		int64_t until_ms;
		why_answered *answered;
		void *arg;
	} asked[WHY_ASKED_MAX];
	unsigned n_asked;
	uint64_t serial; /* of the last */
	struct loop_timer timer;
};

/* ask about a recipient: 0; -1: the chain takes nothing now, or too much is
 * asked already */
int why_ask(struct run *, uint32_t rcpt, const struct jobhead *,
    why_answered *answered, void *arg);
/* the same of a message that is not there, whose job has these labels, a line:
 * but id and n */
int why_ask_new(struct run *, const struct buf *labels, why_answered *answered,
    void *arg);
/* who has asked is gone */
void why_forget(struct run *, const void *arg);
/* is a line an answer to a question, in time or not?  Then it is taken */
int why_take(struct run *, const char *line, size_t n);

#endif
