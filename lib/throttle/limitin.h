#ifndef THROTTLE_LIMITIN_H
#define THROTTLE_LIMITIN_H

#include "throttle/limiter.h"

/*
 * Limits on what comes in: the limiter's rules, keys, counts and book, and no
 * lines, since nobody can be made to wait.
 *
 * Who takes mail asks for a message and each of its recipients.  What he may is
 * reserved for him: it is not counted yet, and nobody else gets it.  What is
 * accepted in the end is counted, and the rest of what was reserved comes back.
 * So the counts are those of what was accepted, and no more is ever allowed
 * than fits, whoever asks at once.  limiter_clock() comes before each call; times
 * are microseconds, monotonic.
 */

struct limiter_set;

/* what one message has reserved; all zero: nothing */
struct limitin {
	struct limiter_set *set;
	struct bucket_cost reserved;
};

/* a key that has no room for so much */
struct limitin_refusal {
	const struct throttle_rule *rule;
	const char *key;             /* with the values of this message */
	char limit[LIMITER_WHY_LEN]; /* "rcpt-cap=1000/day" */
	uint8_t what;                /* enum bucket_unit, of that */
	int64_t at_us;               /* when there is room, as far as is
				      * known; INT64_MAX: never for so much */
};

/*
 * limitin_open - the keys of a message, by what is said of it
 *
 * Nothing where it has them.  0, or -1: memory is out, or all keys are in use.
 */
int limitin_open(struct limiter *, struct limitin *,
    const struct throttle_who *, int64_t now_us);
/*
 * limitin_ask - is there room for so much more?
 *
 * refused  is called for each key that has none, with what is valid until it
 *          returns: the limit of it that has room last
 *
 * Nothing is reserved.  Returns how many keys refused.
 */
unsigned limitin_ask(struct limiter *, const struct limitin *,
    struct bucket_cost, int64_t now_us,
    void (*refused)(void *, const struct limitin_refusal *), void *arg);
/* so much more is reserved, whether there is room or not */
void limitin_reserve(struct limitin *, struct bucket_cost);
/* that is said, where the limiter has notice(), at most once in
 * LIMITER_AGAIN_US for each key: those that have no room for so much */
void limitin_notice(struct limiter *, const struct limitin *,
    struct bucket_cost, int64_t now_us);
/* so much was accepted, reserved or not: it is counted, and in the book */
void limitin_take(struct limiter *, const struct limitin *, struct bucket_cost,
    int64_t now_us);
/* what is reserved comes back, and the keys are let go */
void limitin_close(struct limiter *, struct limitin *);
/* each of its keys, by its rule and its name */
void limitin_keys(const struct limitin *,
    void (*each)(void *, const struct throttle_rule *, const char *key),
    void *arg);
/* how much of each limit is used, and when there is room for so much, a line
 * each as limitwhy.h has them; 0, or -1 with ENOMEM */
int limitin_show(struct buf *, const struct limitin *, struct bucket_cost,
    int64_t now_us);

#endif
