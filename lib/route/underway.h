#ifndef ROUTE_UNDERWAY_H
#define ROUTE_UNDERWAY_H

#include "base/hash.h"
#include "conf/word.h"

/*
 * How many jobs are on their way below, for each pool and each source of one:
 * for rules and pools that send to whoever has least to do, conf(5).  Nothing
 * is counted before somebody has asked.
 *
 * Pure.  A job is known by its id and number; one that is sent again counts
 * once.
 */
enum {
	UNDERWAY_JOBS_MAX = 65536, /* of more none is counted */
	UNDERWAY_LOADS_MAX = 8192  /* pools and sources; the same */
};

/* all zero but the seed, random against chosen names */
struct underway {
	struct hash jobs, loads;
	uint64_t seed;
	unsigned on : 1; /* somebody has asked */
};

/* so many are on their way in a pool; src n 0: from all of its sources */
unsigned underway_load(struct underway *, struct slice pool, struct slice src);
/* a job goes down; of one that is not counted, memory or room is out */
void underway_sent(struct underway *, struct slice id, struct slice number,
    struct slice pool, struct slice src);
/* its result comes up */
void underway_done(struct underway *, struct slice id, struct slice number);
void underway_free(struct underway *);

#endif
