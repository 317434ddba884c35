#ifndef THROTTLE_LIMITKEYS_H
#define THROTTLE_LIMITKEYS_H

#include "throttle/limitkey.h"

/*
 * The limiter's keys by their names: found, made, and given up when there are
 * too many, and with them the flows that hold them.  Only the limiter's own
 * files include this.
 */

/* the keys that apply to a flow; also held by its items on their way */
struct limiter_set {
	unsigned refs;
	uint16_t n,
	    divided; /* divided: keys in it that were, when it was made */
	struct limiter_key *key[];
};

/* jobs with the same labels, as far as the rules speak of them */
struct limiter_flow {
	struct hash_node node;
	struct limiter_link line;
	struct limiter_set *set;
	struct limiter_flow *prev, *next; /* parked */
	struct limiter_key *parked;
	struct limiter_item *first, *last;
	unsigned jobs; /* that wait */
	unsigned jobs_max, msgs_per_conn;
	unsigned len;
	char who[]; /* the values, a NUL behind each */
};

static inline void
limitkeys_ring_open(struct limiter_link *r)
{
	r->prev = r->next = r;
}

static inline void
limitkeys_ring_cut(struct limiter_link *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	e->prev = e->next = e;
}

static inline void
limitkeys_ring_add(struct limiter_link *r, struct limiter_link *e)
{
	e->prev = r->prev;
	e->next = r;
	r->prev->next = e;
	r->prev = e;
}

#define LIMITKEYS_FLOW(link) \
	((struct limiter_flow *)((char *)(link)-offsetof(struct limiter_flow, \
	    line)))

/* the key of a rule for a job; back: of this pool, NULL: not a back.  NULL: no
 * memory, or no room */
struct limiter_key *limitkeys_get(struct limiter *,
    const struct throttle_rule *, const char *back, const struct throttle_who *,
    int64_t now_us);
/* a key by its name, which need not be in use; NULL as above */
struct limiter_key *limitkeys_named(struct limiter *,
    const struct throttle_rule *, const char *name, size_t n, int64_t now_us);
/* what its rates may have let go before this program began */
void limitkeys_begin_rates(const struct limiter *, struct limiter_key *,
    int64_t now_us);
void limitkeys_begin_caps(const struct limiter *, struct limiter_key *);
void limitkeys_free(struct limiter *, struct limiter_key *);
void limitkeys_set_drop(struct limiter *, struct limiter_set *);
void limitkeys_flow_free(struct limiter *, struct limiter_flow *);
/* a flow that has nothing waiting and was not used for long goes; -1: there is
 * none */
int limitkeys_evict(struct limiter *);

#endif
