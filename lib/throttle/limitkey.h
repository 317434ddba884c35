#ifndef THROTTLE_LIMITKEY_H
#define THROTTLE_LIMITKEY_H

#include "throttle/limiter.h"
#include "throttle/limitplan.h"

/*
 * A key of the limiter: a rule with the values it has for a job, and what
 * counts under it.  Only the limiter's own files include this.
 *
 * What a destination thinks of one of our addresses says nothing of another.
 * So where a rule with a backoff does not speak of `via', and jobs of a second
 * pool come to its key, the key is divided: each pool gets a key of its own for
 * the backoff (`back'), and the first, their base, has the other limits.
 */
#define LIMITKEY_NEVER INT64_MAX

enum { LIMITKEY_NAME_MAX = THROTTLE_KEY_MAX };

/* what counts under a rate of the rule */
struct limiter_rate {
	struct bucket now;
	int64_t booked_us; /* what the book has for now.at_us, limitbook.h */
};

/* and under a cap */
struct limiter_count {
	int64_t begin_s; /* of the hour or day in which it was counted */
	uint32_t used;
	/* those above are told to come in the hour or day that begins then,
	 * the earlier ones are full; 0: nobody was told */
	int64_t turn_s;
	uint32_t room; /* so much may still be told to come in it */
};

struct limiter_key {
	struct hash_node node;
	struct limiter_link idle;
	const struct throttle_rule *rule;
	struct limiter_flow *first, *last; /* parked here, in line */
	struct limiter_rate *rate;         /* one for each of the rule */
	struct limiter_count *count;       /* one for each cap */
	struct limitadapt *adapt;          /* limitadapt.h; NULL: no ranges */
	struct limitshare *share;          /* limitshare.h; NULL: not shared */
	struct limiter_link sharing; /* of those that are; alone: not now */
	unsigned n_share;
	struct limitplan *plan; /* who was given a time; NULL: nobody */
	struct backoff backoff;
	struct limiter_said *said;     /* with its last trouble; NULL: none */
	struct limiter_key *peer;      /* of a back: its base; of a base: */
	struct limiter_key *next_back; /* its backs; NULL: gone, or none */
	uint32_t heap_at;              /* 0: not in the heap */
	uint16_t via; /* of jobs so far, limitflow.h; 0: none came yet */
	uint8_t back, divided;
	uint8_t moved; /* somebody has gone since stand_us was set */
	uint8_t owed;  /* the book wants what its caps have let go */
	struct limiter_key *next_owed;
	int64_t due_us;
	int64_t blocked_us; /* the line is not empty since */
	int64_t slow_us;    /* known to be slow until then */
	int64_t shed_us;    /* when to look whether it is too long, */
	int64_t stand_us;   /* and whether it stands */
	int64_t promise_us; /* the last time given to wait for a connection */
	int64_t notice_us;
	int64_t slot_us; /* speed: jobs done in this slot and before */
	unsigned slot, slot_before;
	unsigned sets;               /* that hold it */
	unsigned in_flight;          /* transactions */
	unsigned jobs;               /* in them */
	unsigned parked;             /* jobs */
	unsigned later;              /* since the last notice */
	struct bucket_cost reserved; /* limitin.h; not counted yet */
	char name[]; /* the rule's key with the values of this one */
};

/* the rule of keys whose own is gone */
extern const struct throttle_rule limitkey_no_rule;

/* "site:mx.example.net+via:pool1": "*" replaced by the job's value; out has
 * room for LIMITKEY_NAME_MAX bytes; returns the length */
size_t limitkey_name(char *out, const struct throttle_rule *,
    const struct throttle_who *);
/* 1 when there is nothing to remember, else 0 */
int limitkey_clear(const struct limiter_key *, int64_t now_us);
/* jobs done in the last quarter of a second, or nearly */
unsigned limitkey_speed(struct limiter_key *, int64_t now_us);
/* does nothing of so many bytes go for so long that nobody is to wait for it
 * here? */
int limitkey_far(const struct limiter_key *, uint32_t bytes, int64_t now_us);
/* by its backoff? */
int limitkey_closed(const struct limiter_key *, int64_t now_us);
/* recipients of a transaction here, about */
unsigned limitkey_transaction_size(const struct limiter_key *);
/* how many jobs may wait in line */
unsigned limitkey_allowed(struct limiter_key *, int64_t now_us);
/* when its rates and caps alone let such a transaction go; now: they do */
int64_t limitkey_counts(const struct limiter_key *, struct bucket_cost,
    int64_t now_us);
/* when the key itself lets a transaction that costs so much go: now,
 * later, or LIMITKEY_NEVER: not before something ends */
int64_t limitkey_ready(const struct limiter_key *, struct bucket_cost,
    int64_t now_us);
/* when a rate of it alone lets so much go, and how much it lets go within a
 * time, as its range is now */
int64_t limitkey_rate_ready(const struct limiter_key *, unsigned rate,
    uint32_t cost, int64_t now_us);
int64_t limitkey_rate_within(const struct limiter_key *, unsigned rate,
    int64_t now_us, int64_t span_us);
/* connections: 0: as many as there are; of a range, as it is now */
unsigned limitkey_conn(const struct limiter_key *);
/* what of its rule counts here */
static inline unsigned
limitkey_rates(const struct limiter_key *k)
{
	return k->back ? 0 : k->rule->n_rates;
}
static inline unsigned
limitkey_caps(const struct limiter_key *k)
{
	return k->back ? 0 : k->rule->n_caps;
}
/* does it learn from what destinations say? */
static inline int
limitkey_learns(const struct limiter_key *k)
{
	return k->rule->backoff.least_s > 0 && !k->divided;
}
/* keep a copy; without memory what there was goes */
void limitkey_say(struct limiter_key *, const struct limiter_said *);
/* under another rule of the same key, whose shares are made anew by the
 * caller; 0, or -1 with ENOMEM */
int limitkey_move(struct limiter_key *, const struct throttle_rule *to,
    int64_t now_us);

#endif
