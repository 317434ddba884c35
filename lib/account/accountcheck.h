#ifndef ACCOUNT_ACCOUNTCHECK_H
#define ACCOUNT_ACCOUNTCHECK_H

#include "account/accountlogin.h"
#include "account/accountuse.h"
#include "account/nonces.h"

/*
 * Whose a credential is, and what he may now: keys and signatures at once,
 * passwords later.  When keys were used is written down once a minute.
 */
enum {
	ACCOUNTCHECK_WRITE_MS = 60000,
	ACCOUNTCHECK_WRITE_MAX = 500, /* keys at once; the others follow */
	ACCOUNTCHECK_WRITE_NEXT_MS = 50
};

/* all zero before accountcheck_open() */
struct accountcheck {
	struct accountdb *db;
	struct accountlogin login;
	struct nonces nonces;
	struct accountuse use;
	struct loop_timer write;
	int64_t began_s;
	unsigned told : 1;
};

/* db is open, and the caller's.  Ends the program when it cannot */
void accountcheck_open(struct accountcheck *, struct accountdb *,
    unsigned hashers);
void accountcheck_stop(struct accountcheck *);

/* all of an answer but its id, valid until it returns; exactly once, perhaps
 * before accountcheck_ask() returns */
typedef void accountcheck_answered(void *arg, struct accountwire_answer *);
/* who it is; what is needed of q is copied */
void accountcheck_ask(struct accountcheck *,
    const struct accountwire_question *q, accountcheck_answered *, void *arg);

#endif
