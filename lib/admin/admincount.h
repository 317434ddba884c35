#ifndef ADMIN_ADMINCOUNT_H
#define ADMIN_ADMINCOUNT_H

#include "base/buf.h"
#include <stdint.h>

/*
 * What has happened when, out of the lines of a log: events of each kind an hour,
 * day, week (from Monday on) or month, UTC.  Pure.
 */
enum {
	ADMINCOUNT_BUCKETS_MAX = 1000, /* hours, days, ... that are counted */
	ADMINCOUNT_LINES_MAX = 1000000 /* of the log that are looked at */
};

enum admincount_scale {
	ADMINCOUNT_HOUR,
	ADMINCOUNT_DAY,
	ADMINCOUNT_WEEK,
	ADMINCOUNT_MONTH,
	ADMINCOUNT_SCALES
};
extern const char *const admincount_scales[ADMINCOUNT_SCALES];

/* "accepted" are messages, "recipients" those of them; all others are of
 * recipients */
enum admincount_kind {
	ADMINCOUNT_ACCEPTED,
	ADMINCOUNT_RECIPIENTS,
	ADMINCOUNT_SENT,
	ADMINCOUNT_DEFERRED,
	ADMINCOUNT_BOUNCED,
	ADMINCOUNT_EXPIRED,
	ADMINCOUNT_DELETED,
	ADMINCOUNT_KINDS
};

struct admincount {
	enum admincount_scale scale;
	unsigned n;         /* buckets, of which the last one is now */
	const char *tenant; /* whose alone, or NULL: all */
	int64_t first_s;    /* when the first begins */
	int64_t oldest_s;   /* of the events that came; INT64_MAX: none */
	uint64_t lines;
	uint64_t count[ADMINCOUNT_BUCKETS_MAX][ADMINCOUNT_KINDS];
};

/* the last n hours, days, ... with that in which now_s is */
void admincount_init(struct admincount *, enum admincount_scale, unsigned n,
    int64_t now_s, const char *tenant);
/* one line, with its LF or without; what is no event is passed over */
void admincount_line(struct admincount *, const char *, size_t n);
/*
 * admincount_put - append an object of JSON
 *
 * whole  all of the log was looked at
 *
 * complete is true where the log goes back to the first of them.  0, or -1 with
 * ENOMEM.
 */
int admincount_put(const struct admincount *, struct buf *, int whole);

#endif
