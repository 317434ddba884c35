#ifndef THROTTLE_TRANSACTION_H
#define THROTTLE_TRANSACTION_H

#include "format/ltsv.h"
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
	unsigned id_len;
	const char *id;
	struct transaction_job job[];
};

/* the one being gathered: slices of the request */
struct transaction_group {
	const char *p;
	size_t len;
	struct ltsv_field id, what[THROTTLE_LABELS];
	unsigned n, max; /* 0: none is being gathered */
	unsigned
	    labels; /* in which they are alike, as throttle_labels_used() */
	uint64_t num[THROTTLE_GROUP_MAX];
};

/* what a job says to the rules; points into its line */
void transaction_who(struct throttle_who *, const struct ltsv *);
/*
 * a group begins with this job, its line in p[0..n), num its number; it
 * takes max jobs, 1 to THROTTLE_GROUP_MAX, that are alike in g->labels
 */
void transaction_gather(struct transaction_group *, const char *p, size_t n,
    const struct ltsv *, uint64_t num, unsigned max);
/* the next line: 1 when it joins the group, 0 when it begins another */
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
	struct limiter *limiter; /* is told when one is over */
};

void transaction_way_open(struct transaction_way *, struct limiter *);
/*
 * it goes down now.  A job that is on its way already is asked again: the
 * old one is void.  0, or -1 with ENOMEM.
 */
int transaction_sent(struct transaction_way *, struct transaction *,
    int64_t now_us);
/* what a result says; one that nobody asked for says nothing */
void transaction_learn(struct transaction_way *, const struct ltsv *result,
    int64_t now_us);
/* something below lost a job, and nobody asks for it any more */
void transaction_forget_old(struct transaction_way *, int64_t now_us);

#endif
