#ifndef RUN_ARRIVALS_H
#define RUN_ARRIVALS_H

#include "base/buf.h"
#include "base/loop.h"

struct run;

/* Ids of messages that are to be looked at: at once, or when they are old
 * enough. */
struct arrivals {
	struct buf ids, young; /* NAME_LEN bytes each */
	struct loop_timer timer;
};

/* to be looked at in the next slices; more than RUN_INTAKE_MAX: a scan finds
 * it */
void arrivals_put(struct run *, const char *id);
/* may it not be synced yet? */
int arrivals_is_young(const char *id);
/* to be looked at when it is young no more */
void arrivals_keep(struct run *, const char *id);
/* one slice; 1 when there is more to do */
int arrivals_slice(struct run *);

#endif
