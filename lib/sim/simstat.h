#ifndef SIM_SIMSTAT_H
#define SIM_SIMSTAT_H

#include "queue/nametable.h"

/*
 * What is counted of a run, real or in virtual time: for each group, and for
 * all.  Times are exact: each attempt and each delivery is kept, 12 bytes.  All
 * zero is an empty one; group 0 is everything.
 */
struct simstat_sample {
	uint32_t group;
	uint32_t at_s;     /* since 1970 */
	uint32_t delay_ms; /* of one that was delivered */
};

struct simstat_samples {
	struct simstat_sample *p;
	size_t n, cap;
};

struct simstat_group {
	uint64_t rcpts, changed, waited;
	uint64_t tries, sent, bounced, expired, deleted, queued;
	/* by simstat_close() */
	uint64_t peak_second, peak_minute, peak_hour;     /* attempts begun */
	uint32_t p50_ms, p90_ms, p99_ms, max_ms, mean_ms; /* of sent */
};

/* a limit that held jobs back */
struct simstat_limit {
	uint32_t name;    /* KEY LIMIT, of s->limits */
	uint64_t later;   /* jobs put off by it, again and again */
	int64_t us;       /* how long it bound */
	int64_t until_us; /* internal */
};

struct simstat {
	struct nametable names; /* of groups, without 0 */
	struct simstat_group *group;
	uint32_t n, cap;
	struct simstat_samples starts, ends;
	struct nametable limits;
	struct simstat_limit *limit; /* by number of limits */
	uint32_t n_limit, cap_limit;
	int64_t from_us, to_us; /* of the run */
};

/* the number of a group; NAMETABLE_NONE: no memory */
uint32_t simstat_group(struct simstat *, const char *name, size_t n);
/* its name; of 0 an empty one */
const char *simstat_name(const struct simstat *, uint32_t group, size_t *n);
/* both counters: of the group, and of all */
#define SIMSTAT_COUNT(s, g, what) \
	((s)->group[g].what++, (g) == 0 ? 0 : (s)->group[0].what++)
/* an attempt has begun; one was delivered, so long after it came.  0, or -1
 * with ENOMEM */
int simstat_start(struct simstat *, uint32_t group, int64_t at_us);
int simstat_sent(struct simstat *, uint32_t group, int64_t at_us,
    int64_t delay_us);
/* a limit binds for so long from now on; jobs: that it puts off.  0, or -1 with
 * ENOMEM */
int simstat_bound(struct simstat *, const char *key, const char *limit,
    uint64_t jobs, int64_t now_us, int64_t until_us);
/* all is counted: peaks and percentiles.  The samples are sorted by group and
 * time behind it */
void simstat_close(struct simstat *);
/* the groups but 0, those with the most recipients first, to be freed; NULL: no
 * memory */
uint32_t *simstat_order(const struct simstat *);
/* the same of limits, the one that bound for longest first */
uint32_t *simstat_limits(const struct simstat *);
void simstat_free(struct simstat *);

#endif
