#ifndef ROUTE_ROUTINGSAY_H
#define ROUTE_ROUTINGSAY_H

#include "route/routing.h"

/* a step of a decision in words, to whom its structure names; line 0 when no
 * line of the file decides */
void routing_say(struct routing *, const char *file, unsigned line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
