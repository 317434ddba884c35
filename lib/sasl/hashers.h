#ifndef SASL_HASHERS_H
#define SASL_HASHERS_H

#include "base/buf.h"
#include "base/child.h"
#include "base/list.h"
#include "base/restart.h"
#include "conf/word.h"
#include "crypt/pwhash.h"

/*
 * Children that compare passwords with hashes, auth-hash(8), in the event
 * loop: each has one question at a time, the others wait in a line.
 */
enum {
	HASHERS_MAX = 64,
	HASHERS_WAIT_MS = 30000, /* for an answer; then the child is killed */
	HASHERS_RETRY_MIN_MS = 100, /* until one that has ended is started */
	HASHERS_RETRY_MAX_MS = 5000
};

/* the caller's; it stays where it is until done() */
struct hashers_question {
	struct list_node line;
	const char *hash; /* "": one is to be made */
	struct slice password;
	char made[PWHASH_TEXT_MAX]; /* it, where it is right */
	/* right: 1, 0, or -1 not known; from the event loop, or at once when
	 * no child can be started */
	void (*done)(struct hashers_question *, int right);
};

struct hashers;
struct hasher {
	struct hashers *all;
	struct child child;
	int to, from;
	struct loop_io io;
	struct loop_timer timer;
	struct restart restart;
	struct buf in;
	struct hashers_question *q; /* what it is at */
};

struct hashers {
	struct hasher one[HASHERS_MAX];
	struct list line;
	unsigned n;
	unsigned stopped : 1;
};

/* n children are started when there is something to do for them */
void hashers_init(struct hashers *, unsigned n);
void hashers_ask(struct hashers *, struct hashers_question *);
/* the children are ended; what was asked is not answered */
void hashers_stop(struct hashers *);

#endif
