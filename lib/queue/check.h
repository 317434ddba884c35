#ifndef QUEUE_CHECK_H
#define QUEUE_CHECK_H

#include "queue/queuereader.h"

/*
 * The state table of doc/QUEUE.md as a test: every name in a queue is in
 * exactly one of these states.
 */
enum check_state {
	CHECK_WAITING,    /* a whole message with something to do */
	CHECK_DONE,       /* all its recipients are final: to be removed */
	CHECK_MAKING,     /* not whole and young */
	CHECK_INCOMPLETE, /* not whole and old: was never acknowledged */
	CHECK_LEFTOVER,   /* in tmp/ and old */
	CHECK_CUT,        /* a journal line that a crash has cut */
	/* from here on: no crash explains it */
	CHECK_MISSING,   /* a part of the queue that is not there */
	CHECK_FOREIGN,   /* a name that no program here makes */
	CHECK_MISPLACED, /* a message in another's directory */
	CHECK_LINKED,    /* a message with a second name */
	CHECK_DAMAGED,   /* a message or journal line that is none, or a
			   * message whose checksum is wrong */
	CHECK_ASIDE,     /* what queue-run has set aside */
	CHECK_STATES
};

enum {
	CHECK_YOUNG_S = 60, /* of mess/: as long as a commit may take */
	CHECK_TMP_S = 3600  /* of tmp/: as long as a message may take */
};

struct check {
	/* each finding, the first two states excepted; repaired tells */
	void (*found)(void *arg, const char *path, enum check_state,
	    const char *text, int repaired);
	void *arg;
	int repair; /* do what is safe; nobody else may work there */
	int64_t now_s;
	/* results */
	uint64_t count[CHECK_STATES]; /* of names, and journal lines */
	uint64_t rcpts[6]; /* queued held sent bounced expired deleted */
	uint64_t bytes, repaired;
	/* private */
	struct queuereader *store;
	struct journaled_list outcomes;
	struct buf head, inodes, imported;
};

/* the word that queue-check prints: a constant */
const char *check_state_name(enum check_state);
/* is it a state that a crash, or a moment of work, may leave? */
static inline int
check_explained(enum check_state s)
{
	return s < CHECK_MISSING;
}
/* 0, or -1 with errno when the queue cannot be read */
int check_run(struct check *, struct queuereader *);

#endif
