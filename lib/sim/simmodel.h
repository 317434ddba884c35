#ifndef SIM_SIMMODEL_H
#define SIM_SIMMODEL_H

#include "conf/word.h"
#include "queue/nametable.h"
#include "throttle/bucket.h"

/*
 * What a site would answer that was asked for more than it was: a limit of its
 * own, SITE=N/PERIOD, above which it answers 421.  The first model that names
 * the site holds; "*" is each, for itself.
 */
enum { SIMMODEL_MAX = 64 };

struct simmodel_one {
	struct slice site; /* "*": any */
	struct bucket_limit limit;
};

/* all zero: none */
struct simmodel {
	struct simmodel_one one[SIMMODEL_MAX];
	unsigned n;
	struct nametable sites;
	struct bucket *bucket; /* by number of sites */
	uint32_t cap;
};

/* the reply of who is above it, labels of a result */
extern const char simmodel_reply[];

/* a model, which must stay; NULL, or what is wrong with it */
const char *simmodel_add(struct simmodel *, const char *text);
/* a recipient goes there now: 1 when it is too many; 0; -1 with ENOMEM */
int simmodel_over(struct simmodel *, struct slice site, int64_t now_us);
void simmodel_free(struct simmodel *);
/* as they were before the first went */
void simmodel_rest(struct simmodel *);

#endif
