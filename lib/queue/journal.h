#ifndef QUEUE_JOURNAL_H
#define QUEUE_JOURNAL_H

#include "base/buf.h"
#include "queue/message.h"
#include <stdint.h>

/*
 * The done-journal, queue(5): QUEUE/done/NNNNNNNNNN, one line per
 * recipient that has come to an end:
 *
 *   ID N STATE\n        N: number of the recipient in its message, from 0
 *
 * An empty line is a mark: what stands before it had been logged when it was
 * written.  A line is the truth over the state in the message file.  A cut last
 * line (a crash) counts for nothing.
 */
enum { JOURNAL_LINE_MAX = 32 }; /* with its LF */

/* append a line; 0, or -1 with ENOMEM */
int journal_put(struct buf *, const char *id, unsigned n, enum message_state);
/*
 * the next whole line: bytes it takes, 0 when there is no whole one, -1
 * when it is none (skip to the next LF).  id points into p, NAME_LEN bytes
 */
long journal_get(const char *p, size_t n, const char **id, unsigned *rcpt,
    enum message_state *);

/* what stands next in a segment */
enum journal_kind {
	JOURNAL_MORE, /* no whole line yet */
	JOURNAL_LINE,
	JOURNAL_MARK, /* an empty line */
	JOURNAL_OTHER /* none of these: cut by a crash, or damaged */
};

struct journal_line {
	const char *id; /* NAME_LEN bytes in the segment */
	unsigned n;
	enum message_state state;
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
