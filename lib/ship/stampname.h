#ifndef SHIP_STAMPNAME_H
#define SHIP_STAMPNAME_H

#include <stddef.h>
#include <stdint.h>

/*
 * Names with the time in them, as strftime(3) writes it, UTC: those of files,
 * tables and the like into which events go by their time, so that one that is
 * sent again goes where it went before.
 */

/* pattern as of that time, into out of size cap; 0, or -1: it is empty then, or
 * has no room, or no calendar goes so far */
int stampname_make(const char *pattern, int64_t at_s, char *out, size_t cap);

#endif
