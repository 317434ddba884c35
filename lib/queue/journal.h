#ifndef QUEUE_JOURNAL_H
#define QUEUE_JOURNAL_H

#include "base/buf.h"
#include "queue/message.h"
#include <stdint.h>

/*
 * The done-journal, queue(5): QUEUE/done/NNNNNNNNNN, one line per
 * recipient that has come to an end:
 *
 *   ID N STATE SECONDS\n   N: number of the recipient in its message, from 0;
 *                          SECONDS: when it ended, from the id's time on
 *
 * so that an event which is said again after a crash has its time, and with it
 * its id.  Older versions wrote no SECONDS.  They are negative where the clock
 * was set back.  An empty line is a mark: what stands before it had been logged when it was
 * written.  A line is the truth over the state in the message file.  A cut last
 * line (a crash) counts for nothing.
 */
enum { JOURNAL_LINE_MAX = 48 }; /* with its LF */

struct journal_line {
	const char *id; /* NAME_LEN bytes in the segment */
	unsigned n;
	enum message_state state;
	int64_t at_s; /* when it ended, seconds since 1970; 0: not known */
};

/* append a line; 0, or -1 with ENOMEM */
int journal_put(struct buf *, const char *id, unsigned n, enum message_state,
    int64_t at_s);
/*
 * the next whole line: bytes it takes, 0 when there is no whole one, -1
 * when it is none (skip to the next LF)
 */
long journal_get(const char *p, size_t n, struct journal_line *);

/* what stands next in a segment */
enum journal_kind {
	JOURNAL_MORE, /* no whole line yet */
	JOURNAL_LINE,
	JOURNAL_MARK, /* an empty line */
	JOURNAL_OTHER /* none of these: cut by a crash, or damaged */
};

/*
 * journal_next - one after the other
 *
 * p, n  what is there of the segment, from where the last one ended
 * used  receives the bytes it takes; with JOURNAL_OTHER all that there are
 *       where no LF comes
 */
enum journal_kind journal_next(const char *p, size_t n, struct journal_line *,
    size_t *used);

#endif
