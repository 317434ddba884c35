#ifndef SHIP_SHIPLINE_H
#define SHIP_SHIPLINE_H

#include "conf/word.h"
#include <stddef.h>
#include <stdint.h>

/*
 * One field of an event's line, without splitting all of it.  A line without
 * LF, as a batch has it.  Pure.
 */
/* the value of the first field of that label, as it stands: 1, or 0 and an
 * empty one */
int shipline_find(const char *line, size_t n, const char *label,
    struct slice *value);
/* when it was, by its ts; microseconds since 1970, -1: it has none */
int64_t shipline_us(const char *line, size_t n);

#endif
