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

int journal_put(struct buf *, const char *id, unsigned n, enum message_state);
/*
 * the next whole line: bytes it takes, 0 when there is no whole one, -1
 * when it is none (skip to the next LF).  id points into p, NAME_LEN bytes
 */
long journal_get(const char *p, size_t n, const char **id, unsigned *rcpt,
    enum message_state *);

#endif
