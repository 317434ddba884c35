#ifndef THROTTLE_LIMITSHARE_H
#define THROTTLE_LIMITSHARE_H

#include "base/byid.h"
#include "throttle/capshare.h"
#include "throttle/limitkey.h"

/*
 * The shared limits of a rule, conf-throttle(5), under one key: what this
 * machine has of each, in an array.  Limit i is a rate of the rule, or, with
 * its n_rates, its conn; those behind are its caps, limitsharecaps.h.
 *
 * A shared limit counts twice: as the whole, as any other, and by the part
 * that is ours.  Where the limiter has nobody to ask, it counts as the whole
 * alone.
 *
 * Keys that have or want something are in a ring of the limiter, and all of
 * them are looked at when one is due.
 */
struct limitshare {
	struct byid_node node; /* first; in the limiter's by its number */
	struct limiter_key *key;
	struct lease is;
	struct capshare cap;
	unsigned i;
};

enum limitshare_kind {
	LIMITSHARE_RATE,
	LIMITSHARE_CONN,
	LIMITSHARE_CAP,
	LIMITSHARE_TOLD /* all that is had of caps has been told */
};
#define LIMITSHARE_TOLD_ID UINT32_MAX

/* what is asked: the limit by its key and text, and what is said of it */
struct limitshare_question {
	uint32_t id;
	const char *key, *limit; /* "site:mx.example", "rate=20/s burst=2" */
	struct lease_whole whole;
	struct lease_question is;
	enum limitshare_kind kind;
	/* of a cap, as capshare_ask() has it: the turn's begin, and when this
	 * program was started.  TOLD: since when it knows what it had */
	int64_t turn_s, born_s;
};
enum { LIMITSHARE_TEXT = THROTTLE_RATE_TEXT + 24 };

/* is limit i of a rule shared?  And its whole */
int limitshare_is(const struct throttle_rule *, unsigned i);
struct lease_whole limitshare_whole(const struct throttle_rule *, unsigned i);
/* a key begins with nothing, or is under another rule; 0, or -1 with ENOMEM */
int limitshare_make(struct limiter *, struct limiter_key *);
void limitshare_free(struct limiter *, struct limiter_key *);

/* as limitkey_rate_ready() and limitkey_rate_within(), by what is ours */
int64_t limitshare_ready(const struct limiter_key *, unsigned rate,
    uint32_t cost, int64_t now_us);
int64_t limitshare_within(const struct limiter_key *, unsigned rate,
    int64_t now_us, int64_t span_us);
/* connections that may be in flight; UINT32_MAX: they are not shared */
uint32_t limitshare_conn(const struct limiter_key *);
/* recipients that a transaction may have; UINT32_MAX: any number */
uint32_t limitshare_jobs_max(const struct limiter_key *);
/* it goes, and counts */
void limitshare_take(struct limiter_key *, struct bucket_cost, int64_t now_us);
/* somebody waits, maybe for what others have */
void limitshare_want(struct limiter *, struct limiter_key *, struct bucket_cost,
    int64_t now_us);
/* has anything of it been had, or asked for? */
int limitshare_busy(const struct limiter_key *);

/* when limitshare_run() is wanted; INT64_MAX: not */
int64_t limitshare_due(const struct limiter *);
/* asks what is to be asked, by the limiter's ask() */
void limitshare_run(struct limiter *, int64_t now_us);
/* the program ends: what it does not use of caps goes back */
void limitshare_leave(struct limiter *, int64_t now_us);
/* who is asked is another one: what was asked gets no answer */
void limitshare_unheard(struct limiter *, int64_t now_us);
/* the key whose answer that is; NULL: nobody has asked */
struct limiter_key *limitshare_answered(struct limiter *, uint32_t id,
    const struct lease_answer *, int64_t now_us);

#endif
