#ifndef ROUTE_POOLCHOICE_H
#define ROUTE_POOLCHOICE_H

#include "route/pools.h"

/*
 * Which source of a pool a job gets.  Each source draws a number from the key
 * of the job and from what the source is, and the best by weight has it
 * (weighted rendezvous hashing): the same key always gets the same source, the
 * shares are those of the weights, and a source that comes or goes moves only
 * the jobs that it gets or had.
 */

/* a source with its draw, for comparing */
struct poolchoice_rank {
	uint64_t draw, weight;
};

/*
 * poolchoice - the best source for a key
 *
 * passed_by  NULL, or says 1 of a source that is not to have it
 *
 * Returns 1, 0 when all are passed by, -1 when the record is damaged.  Slices
 * are valid until the table is replaced.
 */
int poolchoice(const struct pools_pool *, uint64_t key,
    int (*passed_by)(void *arg, const struct pools_source *), void *arg,
    struct pools_source *);
/* what a source draws for a key */
struct poolchoice_rank poolchoice_rank(const struct pools_source *,
    uint64_t key);
/* is a better than b? */
int poolchoice_better(struct poolchoice_rank a, struct poolchoice_rank b);

#endif
