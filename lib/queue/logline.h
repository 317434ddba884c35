#ifndef QUEUE_LOGLINE_H
#define QUEUE_LOGLINE_H

#include "queue/name.h"
#include <stddef.h>
#include <stdint.h>

/*
 * Lines of a log, event(5), as svlogd has kept them: with its time in front
 * (-t, -tt, -ttt) or without.  Lines are without their LF.
 */

/*
 * logline_time - when was it
 *
 * An event's own time, else the logger's; microseconds since 1970, -1 when
 * there is none.  *skip receives how many bytes of the line are the logger's
 * and say nothing more: those in front of an event.
 */
int64_t logline_time(const char *line, size_t n, size_t *skip);

/*
 * logline_link - two messages that belong together
 *
 * a, b  receive the ids, slices of NAME_LEN bytes of the line: what a message
 *       was made of and that message, or it and the report about it
 * Returns 1, or 0 when the line joins none.
 */
int logline_link(const char *line, size_t n, const char **a, const char **b);

/*
 * logline_id - the next word that may be an id
 *
 * p     where to look, moves behind it
 * Returns it, NAME_LEN bytes, or NULL.
 */
const char *logline_id(const char **p, const char *end);

#endif
