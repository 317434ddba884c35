#ifndef SIM_SIMEVENT_H
#define SIM_SIMEVENT_H

#include "base/buf.h"
#include "format/ltsv.h"
#include "sim/simstat.h"
#include "sim/simstore.h"

/*
 * Lines of a log, event(5), into the store; and what really happened into a
 * count.  Only acceptances and what became of recipients are looked at.
 */

/* by what a run is divided */
enum simgroup {
	SIMGROUP_SITE,
	SIMGROUP_DOMAIN,
	SIMGROUP_PROVIDER,
	SIMGROUP_TENANT,
	SIMGROUP_VIA,
	SIMGROUP_SRC,
	SIMGROUP_DAY, /* UTC, of an attempt or an end */
	SIMGROUPS
};
extern const char *const simgroup_names[SIMGROUPS];

struct simevent {
	struct simstore *store;
	struct simstat *real;
	enum simgroup by;
	/* internal */
	struct buf text;
	struct ltsv l;
};

enum { SIMEVENT_LINE_MAX = 65536 };

/*
 * simevent_line - one line, with or without LF and the logger's time
 *
 * why  receives what is wrong
 *
 * 0; 1: it is an event that should count, and cannot be used; -1: no memory.
 */
int simevent_line(struct simevent *, const char *p, size_t n, const char **why);
/* all lines were read: who has not ended is counted.  0, or -1 with ENOMEM */
int simevent_close(struct simevent *);

#endif
