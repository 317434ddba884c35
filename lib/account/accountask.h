#ifndef ACCOUNT_ACCOUNTASK_H
#define ACCOUNT_ACCOUNTASK_H

#include "account/accountwire.h"
#include "chain/asker.h"

/*
 * Who serves the programming interface asks account-check at its socket, in
 * the event loop: whose a credential is, and for changes of accounts.
 */
enum {
	ACCOUNTASK_OPEN_MAX = 20000, /* questions at once */
	ACCOUNTASK_WAIT_MS = 10000   /* for an answer */
};

/* all zero before accountask_open() */
struct accountask {
	struct asker asker; /* first */
	char *next[2];
	struct accountwire_answer heard;
};

/* a question that is under way */
struct accountask_asked;
/* exactly once, from the event loop; NULL: it is not known, as with status
 * LATER.  The answer is valid until this returns */
typedef void accountask_answered(void *arg, const struct accountwire_answer *);

/* address: unix:PATH.  0, or -1 with errno: EINVAL, it is none */
int accountask_open(struct accountask *, const char *address);
/* for who stops: what is under way is not answered, and its memory is the
 * process's until it ends; accountask_cancel() what is to be freed before */
void accountask_close(struct accountask *);
/*
 * accountask_ask - put a question
 *
 * q     its id is given here; its values are copied, and wiped when it ends
 *
 * Returns what may be cancelled until answered() comes, or NULL with errno and
 * nothing asked: EMSGSIZE, accountwire_fault() says why; EAGAIN, too much is
 * asked at once; ENOMEM.
 */
struct accountask_asked *accountask_ask(struct accountask *,
    const struct accountwire_question *q, accountask_answered *, void *arg);
/* answered() does not come; an edit may be done all the same */
void accountask_cancel(struct accountask_asked *);

#endif
