#ifndef THROTTLE_TRANSACTION_H
#define THROTTLE_TRANSACTION_H

#include "format/ltsv.h"
#include "throttle/closures.h"
#include "throttle/limiter.h"

/*
 * Transactions, as throttle counts them: jobs of one message for one site and
 * pool, to which the same rules apply, next to each other, which share a
 * connection.  They are gathered from
 * the lines of a request, and are on their way until each of their jobs
 * has its result.  Time is an argument (microseconds, monotonic).
 */
enum {
	THROTTLE_GROUP_MAX = 100,  /* recipients of a transaction */
	THROTTLE_DEADLINE_S = 7200 /* unanswered so long: forgotten */
};

struct transaction;

struct transaction_job {
	struct hash_node node;
	struct transaction *txn; /* NULL: over */
	uint64_t n;
};

struct transaction {
	struct limiter_item item; /* first: what limiter_pop() gives */
	struct limiter_link line; /* those on their way, in order */
	char *lines;              /* of the jobs */
	size_t len;
	unsigned n_jobs, left;
	enum backoff_sign sign;
	uint64_t grant; /* its number in the ledger */
	unsigned id_len;
	const char *id;
	struct closures_who where;
	struct transaction_job job[];
};

/* the one being gathered: slices of the request */
struct transaction_group {
	const char *p;
	size_t len;
	struct ltsv_field id;
	struct throttle_who who;
	struct throttle_who first; /* what its first job says */
	unsigned n, max;           /* 0: none is being gathered */
	uint32_t bytes;            /* of the message */
	/* what the rules speak of, and in what of it they are alike, as
	 * throttle_labels_used() */
	const struct throttle_tags *tags;
	unsigned labels;
	uint64_t num[THROTTLE_GROUP_MAX];
};

/* what a job says to the rules that have these names of tags; points into its
 * line */
void transaction_who(struct throttle_who *, const struct ltsv *,
    const struct throttle_tags *);
/*
 * a group begins with this job, its line in p[0..n), num its number; it
 * takes max jobs, 1 to THROTTLE_GROUP_MAX, that are alike in g->labels.
 * g->who is set.
 */
void transaction_gather(struct transaction_group *, const char *p, size_t n,
    const struct ltsv *, uint64_t num, unsigned max);
/* the next line: 1 when it joins the group, 0 when it begins another; then
 * g->who is what it says */
int transaction_join(struct transaction_group *, size_t n, const struct ltsv *,
    uint64_t num);
/* a transaction of a group, its lines not set; NULL with ENOMEM */
struct transaction *transaction_make(const struct transaction_group *);
/* and its lines, which are malloc()ed or NULL */
void transaction_free(struct transaction *);

/* those on their way, by job and by age */
struct transaction_way {
	struct hash jobs;
	struct limiter_link line;
	struct limiter *limiter; /* is told when one is over, */
	/* and so is this, before: NULL, or for the ledger */
	void (*over)(const struct transaction *, int64_t now_us);
};

void transaction_way_open(struct transaction_way *, struct limiter *);
/*
 * it goes down now.  A job that is on its way already is asked again: the
 * old one is void.  0, or -1 with ENOMEM.
 */
int transaction_sent(struct transaction_way *, struct transaction *,
    int64_t now_us);
/* when the job has gone down; 0: it is not on its way */
int64_t transaction_since(const struct transaction_way *, const char *id,
    size_t n, uint64_t num);
/*
 * transaction_waits - is a job among those that wait in its flow?
 *
 * jobs  how many there are before it
 *
 * Since when; 0: it is not.
 */
int64_t transaction_waits(const struct limiter_item *first, const char *id,
    size_t n, uint64_t num, unsigned *jobs);
/* the one that a result is of, NULL: nobody asked for it */
const struct transaction *transaction_of(const struct transaction_way *,
    const struct ltsv *result);
/* what a result says of its destination */
enum backoff_sign transaction_sign(const struct ltsv *result);
/* what a group says of where it goes; points into its lines */
void transaction_where(const struct throttle_who *, struct closures_who *);
/* it asks for less: limits with a range learn that, before the next */
void transaction_slow(struct transaction_way *, const struct ltsv *result);
/* what a result says; one that nobody asked for says nothing */
void transaction_learn(struct transaction_way *, const struct ltsv *result,
    int64_t now_us);
/* something below lost a job, and nobody asks for it any more */
void transaction_forget_old(struct transaction_way *, int64_t now_us);

#endif
