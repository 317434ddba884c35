#ifndef RUN_RCPTEVENT_H
#define RUN_RCPTEVENT_H

#include "queue/jobhead.h"

/* What the log says of a recipient, event(5): lines that tell whose mail it
 * is. */

/*
 * rcptevent_begin - as event_begin_at(), with id, n and whose mail it is
 *
 * who, len  fields as jobhead_who() makes them; none when they are not well-formed
 */
void rcptevent_begin(const char *kind, int64_t at_us, const char *id,
    unsigned n, const char *who, size_t len);
/* the same of recipient n of a head; NULL: no more than its number is known */
void rcptevent_of(const char *kind, int64_t at_us, const char *id, unsigned n,
    const struct jobhead *);
/* the same of an end that may not have been logged before a crash: the
 * second, 0: it is not known, and now stands there */
void rcptevent_replay(int64_t at_s, const char *id, unsigned n,
    const struct jobhead *, enum message_state);
/* "ESC HOST TEXT", as a message file has it, as labels */
void rcptevent_reply(const char *, size_t n);

#endif
