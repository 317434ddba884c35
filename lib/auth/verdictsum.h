#ifndef AUTH_VERDICTSUM_H
#define AUTH_VERDICTSUM_H

#include "base/buf.h"

/*
 * Verdicts of messages that were refused: anybody can cause them at any rate,
 * and a report to a domain's owner counts each.  In a window of time the first
 * of a kind is told at once and those like it are counted: when the window
 * ends, once more with their number.  What differs in the sender's name or
 * HELO alone is of one kind.  Beyond so many kinds only their number is told.
 */
enum { VERDICTSUM_WINDOW_S = 60, VERDICTSUM_KINDS_MAX = 1000 };

/* note: as authresult_note() made it */
void verdictsum_refused(const struct buf *note);
/* the sums that were not told yet; before the program ends */
void verdictsum_end(void);

#endif
