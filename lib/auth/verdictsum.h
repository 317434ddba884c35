#ifndef AUTH_VERDICTSUM_H
#define AUTH_VERDICTSUM_H

#include "base/buf.h"
#include "base/loop.h"

/*
 * Verdicts of messages that were refused: anybody can cause them at any rate,
 * and a report to a domain's owner counts each.  In a window of time the first
 * of a kind is told at once and those like it are counted: when the window
 * ends, once more with their number.  What differs in the sender's name or
 * HELO alone is of one kind.  Beyond so many kinds only their number is told.
 */
enum { VERDICTSUM_WINDOW_S = 60, VERDICTSUM_KINDS_MAX = 1000 };

/* all zero at first */
struct verdictsum {
	struct verdictsum_kind {
		struct buf note;
		uint64_t untold;
	} kinds[VERDICTSUM_KINDS_MAX];
	unsigned n_kinds;
	uint64_t others; /* of kinds for which there is no room */
	struct loop_timer window;
};

/* note: as authresult_note() made it */
void verdictsum_refused(struct verdictsum *, const struct buf *note);
/* the sums that were not told yet; before the program ends */
void verdictsum_end(struct verdictsum *);

#endif
