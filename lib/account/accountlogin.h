#ifndef ACCOUNT_ACCOUNTLOGIN_H
#define ACCOUNT_ACCOUNTLOGIN_H

#include "account/accountfind.h"
#include "base/loop.h"
#include "sasl/authcache.h"
#include "sasl/guesses.h"
#include "sasl/hashers.h"

/*
 * Passwords of users, in the event loop: guesses are put off as auth-cdb(8) puts
 * them off, children compare, and what was right is known for a while.
 */
enum {
	ACCOUNTLOGIN_KEEP_MS = 60000,   /* a right one */
	ACCOUNTLOGIN_WAIT_MAX = 1024,   /* passwords not yet compared, */
	ACCOUNTLOGIN_ADDRESS_MAX = 8,   /* of one address that is not known, */
	ACCOUNTLOGIN_PUT_OFF_MS = 5000, /* and none so long put off */
	ACCOUNTLOGIN_SLOW_S = 5,        /* who is to come again waits so long */
	ACCOUNTLOGIN_SUM_MS = 60000     /* between two sums of guesses */
};

enum accountlogin_verdict {
	ACCOUNTLOGIN_RIGHT,
	ACCOUNTLOGIN_WRONG,
	ACCOUNTLOGIN_SLOW,
	ACCOUNTLOGIN_LATER
};

/* all zero but for db and cache.secret before accountlogin_open() */
struct accountlogin {
	struct accountdb *db;
	struct guesses guesses;
	struct hashers hashers;
	struct authcache cache;
	struct list waiting;
	unsigned n_waiting;
	struct loop_timer sum;
	unsigned stopped : 1;
};

/* children that compare at once */
void accountlogin_open(struct accountlogin *, unsigned hashers);
/* what is under way is not answered */
void accountlogin_stop(struct accountlogin *);

/* whose it is, of RIGHT, valid until it returns; exactly once, perhaps before
 * accountlogin_ask() returns */
typedef void accountlogin_answered(void *arg, enum accountlogin_verdict,
    const struct account_found *);
/* name, password and ip are copied */
void accountlogin_ask(struct accountlogin *, struct slice name,
    struct slice password, struct slice ip, accountlogin_answered *, void *arg);
/* a credential that nobody guesses by trying, as a key, was wrong: 1, or 0: too
 * many were, and he is to be told to wait */
int accountlogin_wrong(struct accountlogin *, struct slice name,
    struct slice ip);

#endif
