#ifndef IMPORT_LIMITS_H
#define IMPORT_LIMITS_H

#include "import/import.h"
#include "import/span.h"

/*
 * Limits for sending, as lines of the file throttle.  Elsewhere what is said
 * of one domain takes the place of what is said of all; here all limits hold
 * at once, and the tightest decides.  So one that is wider than a more general
 * one would do nothing: it is left out, and told.
 */
enum { LIMITS_MAX = 4096 }; /* of one import */

enum limits_kind {
	LIMITS_CONN,
	LIMITS_PER_CONN,
	LIMITS_RATE,
	LIMITS_CONN_RATE,
	LIMITS_CAP_HOUR,
	LIMITS_CAP_DAY
};

struct limits_one {
	struct import_at at;
	enum limits_kind kind;
	/* CONN, PER_CONN and the caps: n alone */
	struct span_rate rate;
	uint64_t burst; /* of a rate; 0: not said */
	/* counted otherwise than others, and not to be compared */
	unsigned apart : 1;
	/* the key: "domain:a.example", or "" and what all are counted by, as
	 * "domain:*"; and the source, "*": each by itself, "": not counted by
	 * it */
	char of[WORD_DOMAIN_MAX + 32], all[16], src[WORD_NAME_MAX + 1];
};

/* all zero: none */
struct limits {
	struct buf list; /* internal */
};

/* one more; a later one of the same key and kind takes its place */
void limits_add(struct limits *, struct import *, const struct limits_one *);
/* the lines are made; memory is freed */
void limits_finish(struct limits *, struct import *);

#endif
