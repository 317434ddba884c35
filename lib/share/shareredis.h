#ifndef SHARE_SHAREREDIS_H
#define SHARE_SHAREREDIS_H

#include "base/restart.h"
#include "chain/dial.h"
#include "chain/wire.h"
#include "share/sharescript.h"
#include <stddef.h>

/*
 * The connection to Redis, in the event loop; the only file of this room that
 * knows hiredis, which writes commands and reads answers.  It logs in, asks who
 * this Redis is, and gives it the script; then it is up, and each call of the
 * script has one answer, in order.
 */
enum {
	SHAREREDIS_ANSWER_MS = 500,    /* for each; longer: it is gone */
	SHAREREDIS_AGAIN_MS = 200,     /* until it is tried again, */
	SHAREREDIS_AGAIN_MAX_MS = 500, /* at most */
	SHAREREDIS_REPLY_MAX = 65536,  /* bytes of one answer */
	SHAREREDIS_NAME_MAX = 64,      /* of a run, and of the script */
	SHAREREDIS_WHY_MAX = 160,
	SHAREREDIS_ARGS = 10
};

/* a call of the script */
struct shareredis_call {
	const char *key; /* of the limit, key_len bytes */
	size_t key_len;
	const char *all;                  /* and the one for all */
	const char *arg[SHAREREDIS_ARGS]; /* kind and those behind it */
};

struct shareredis {
	/* public: where, and who we are there; user, password, db may be NULL */
	struct dial_addr to;
	const char *user, *password, *db;
	/* it is up; it is gone, and all that was called has no answer; an
	 * answer: n numbers, or it is of no use, 0 */
	void (*up)(void *arg);
	void (*down)(void *arg, const char *why);
	void (*answered)(void *arg, const int64_t *number, unsigned n);
	void *arg;
	/* private */
	struct wire wire;
	struct restart again;
	struct loop_timer deadline;
	void *reader;
	size_t read;      /* bytes since the last whole answer */
	unsigned owed;    /* answers */
	unsigned setup;   /* of them to our login and questions */
	int64_t since_ms; /* the first of them is owed */
	unsigned open : 1, ready : 1;
	char run[SHAREREDIS_NAME_MAX + 1], sha[SHAREREDIS_NAME_MAX + 1];
	char why[SHAREREDIS_WHY_MAX];
};

void shareredis_open(struct shareredis *);
/* only while it is up */
void shareredis_call(struct shareredis *, const struct shareredis_call *);

/*
 * What Redis says, without the connection: for a fuzzer, too.  Each whole
 * answer comes to setup_answer or answered; 0, or -1 with why: it is of no use
 * any more.
 */
int shareredis_feed(struct shareredis *, const char *, size_t n);
void shareredis_reset(struct shareredis *);

#endif
