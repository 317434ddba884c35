#ifndef ROUTE_SPILLS_H
#define ROUTE_SPILLS_H

#include "base/hash.h"
#include "conf/word.h"

/*
 * Sources and pools that have no more to give for now, as throttle(8) has said
 * in results `later', job(5), spill-by and the rest: by which labels of a job,
 * of which values, until when.  So that not each job is asked in vain.
 *
 * Pure: times are arguments, microseconds, monotonic.
 */
enum {
	SPILLS_MAX = 10000,      /* values at once */
	SPILLS_SHAPES_MAX = 16,  /* different spill-by */
	SPILLS_BY_MAX = 255,     /* bytes of one, */
	SPILLS_OF_MAX = 1024,    /* and of the values */
	SPILLS_FOR_MAX_S = 86400 /* nothing is believed for longer */
};

struct spills {
	struct hash by_value;
	struct spills_shape {
		char by[SPILLS_BY_MAX + 1];
		size_t len;
	} shape[SPILLS_SHAPES_MAX];
	unsigned n_shapes;
	uint64_t seed; /* random, against chosen names */
	int64_t swept_us;
};

/* a job that goes from a source, values as they stand in its line */
struct spills_who {
	struct slice site, domain, via, tenant, provider, src, user;
	const struct slice *tag;
	unsigned n_tag;
};

/* of what was said; 0: there is no room, or it is no such thing */
int spills_learn(struct spills *, struct slice by, struct slice of,
    int64_t until_us, int64_t now_us);
/* until when the job's source has nothing to give for it; 0: it has, as far as
 * is known */
int64_t spills_until(const struct spills *, const struct spills_who *,
    int64_t now_us);
/* limits are others now, and the end */
void spills_forget(struct spills *);

#endif
