#ifndef SHIP_ROUTINGKEY_H
#define SHIP_ROUTINGKEY_H

#include "base/buf.h"

/*
 * A routing key of AMQP, made of a pattern in which {LABEL} becomes what the
 * event has there, as it stands in the line, or nothing.  Pure.
 */
enum { ROUTINGKEY_MAX = 255 /* bytes, a short string of AMQP 0-9-1 */ };

/* is every brace of the pattern one of a label? */
int routingkey_ok(const char *pattern);
/* into *out, which is empty before: 0; 1, it is too long; -1, no memory */
int routingkey_make(struct buf *out, const char *pattern, const char *line,
    size_t n);

#endif
