#ifndef ACCEPT_ACCEPTJUDGE_H
#define ACCEPT_ACCEPTJUDGE_H

#include "accept/acceptrule.h"
#include "accept/acceptwire.h"
#include "accept/credits.h"
#include "base/ip.h"
#include "throttle/limitin.h"

/*
 * May a message come in, and each of its recipients?  By the rules of conf/accept:
 * the limiter's counts, throttle/limitin.h, and accounts, accept/credits.h.  Pure:
 * times are arguments, microseconds and monotonic, and limiter_clock() comes
 * before each call.
 */
struct acceptjudge {
	struct limiter limiter;
	struct acceptrules rules;
	struct credits credits;
	/* an account has another balance, or NULL */
	void (*spent)(void *arg, const struct credit *);
	void *arg;
};

/* what a message has in hand; all zero: nothing */
struct acceptjudge_message {
	struct limitin limits;
	uint32_t rcpts; /* reserved */
};

/* other rules, which belong to the judge now; 0, or -1 with ENOMEM: then the program
 * must end */
int acceptjudge_load(struct acceptjudge *, struct acceptrules *,
    int64_t now_us);
/*
 * acceptjudge_ask - so many recipients more of a message
 *
 * a  receives the answer, id of the question.  What is allowed is reserved.
 */
void acceptjudge_ask(struct acceptjudge *, struct acceptjudge_message *,
    const struct acceptwire_question *, int64_t now_us,
    struct acceptwire_answer *);
/* it was accepted, for so many: they are counted, whether they were allowed or not,
 * and the message has nothing in hand.  0, or -1: it cannot be counted */
int acceptjudge_done(struct acceptjudge *, struct acceptjudge_message *,
    const struct acceptwire_question *, int64_t now_us);
/* it was not */
void acceptjudge_drop(struct acceptjudge *, struct acceptjudge_message *);
/* what is used of all that applies to such a message, a line each, appended; 0,
 * or -1 with ENOMEM */
int acceptjudge_show(struct acceptjudge *, struct buf *,
    const struct acceptwire_question *, int64_t now_us);
/*
 * acceptjudge_add - so many credits more for a key, fewer below 0
 *
 * It is one of a line with credits, with its values: user:ann.  NULL, or what is
 * wrong.
 */
const char *acceptjudge_add(struct acceptjudge *, struct slice key,
    int64_t credits, const struct credit **account);
void acceptjudge_close(struct acceptjudge *);

/* a client's address as keys have it: of IPv6 the network of 64 bits that is one
 * customer's.  Returns the length; text that is no address stays */
enum { ACCEPTJUDGE_CLIENT = IP_TEXT + 4 };
size_t acceptjudge_client(struct slice, char out[ACCEPTJUDGE_CLIENT]);

#endif
