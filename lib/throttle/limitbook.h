#ifndef THROTTLE_LIMITBOOK_H
#define THROTTLE_LIMITBOOK_H

#include "base/buf.h"
#include "throttle/limiter.h"

/*
 * The books of the limiter as text, so that a rate is a rate over restarts.
 * A line each, values with TABs between, the last a checksum:
 *
 *	clock BOOT MONO WALL          for the lines that follow: the boot, and
 *	                              both clocks in microseconds
 *	lost TIME                     all that is not written here began then
 *	                              as if its burst had just gone
 *	name NAME BORN                who this program is to others that share
 *	                              its caps, 16 digits, 0-9 a-f, and when
 *	                              it was started, in seconds since 1970
 *	cap BEGIN USED RULE KEY WHAT SPAN ZONE
 *	                              so much has gone under this cap in the
 *	                              hour or day that began at BEGIN, in
 *	                              seconds since 1970
 *	adapt VALUE CEILING RULE KEY WHAT UNIT
 *	                              what a range is, thousandths, and what
 *	                              has failed; WHAT is a name of a rate, or
 *	                              "conn", whose UNIT is empty
 *	rate FULL RULE KEY N UNIT WHAT BURST
 *	                              when this rate of this key has forgotten
 *	                              all, in microseconds of the monotonic
 *	                              clock; WHAT is a name of it
 *
 * What stands in the book is ahead of what went: by LIMITBOOK_PARTS of a
 * burst at most, so that not each transaction needs a line.  So after a kill
 * fewer go than might, and never more.
 *
 * A rate whose burst is over in LIMITBOOK_SHORT_US is not written: where
 * there is a book, it begins as if the burst had just gone.
 */
enum {
	LIMITBOOK_SHORT_US = 2000000,
	LIMITBOOK_PARTS = 16,
	LIMITBOOK_LINE_MAX = 12288,
	LIMITBOOK_BOOT_MAX = 64
};

struct limitbook_clock {
	char boot[LIMITBOOK_BOOT_MAX]; /* names this boot; empty: unknown */
	int64_t mono_us, wall_us;
};

/* all return 0, or -1 with ENOMEM */
int limitbook_clock(struct buf *, const struct limitbook_clock *);
/* a rate of a key, as far as it is promised */
int limitbook_rate(struct buf *, const struct limiter_key *, unsigned rate);
/* a cap of a key: what has gone */
int limitbook_cap(struct buf *, const struct limiter_key *, unsigned cap);
/* into the limiter's book: each cap of which more has gone since the last call;
 * before that is written */
void limitbook_owed(struct limiter *);
/* limit i, limitadapt.h, of a key: what it is now */
int limitbook_adapt(struct buf *, const struct limiter_key *, unsigned i);
/* all there is to remember; exact: what went, and nothing ahead of it, for
 * one who lets no more go */
int limitbook_all(struct buf *, const struct limiter *, int exact,
    int64_t now_us);

/* whole lines were read, since which clock */
struct limitbook_read {
	struct limitbook_clock was; /* of the last clock line */
	unsigned n, bad;            /* lines; of these damaged */
};

/*
 * limitbook_take - a line without its LF into the limiter
 *
 * now  both clocks, and the boot.  A line of another boot is understood by
 *      the wall clock; where that has been set back, all that was left is
 *      left.  What no rule speaks of any more is passed over.
 */
void limitbook_take(struct limitbook_read *, struct limiter *, const char *line,
    size_t n, const struct limitbook_clock *now);

/* the book does not say all: each rate that it should have begins as if its
 * burst had just gone, when the limiter began */
void limitbook_lost(struct limiter *);

/* for the limiter: is this rate written, and how far ahead? */
static inline int
limitbook_keeps(const struct throttle_rate *r)
{
	return bucket_memory_us(&r->limit) > LIMITBOOK_SHORT_US;
}
int64_t limitbook_ahead_us(const struct throttle_rate *);

#endif
