#ifndef MIME_PHRASE_H
#define MIME_PHRASE_H

#include "base/buf.h"
#include <stddef.h>

/*
 * phrase_put - append a display name as a phrase (RFC 5322 section 3.2.5)
 *
 * s, n  UTF-8
 *
 * As it is, in quotes, or as encoded words where it has more than printable
 * ASCII, or would be read as one.  0, or -1 with ENOMEM.
 */
int phrase_put(struct buf *, const char *s, size_t n);

/* may it stand in a phrase without quotes?  a blank, too */
int phrase_plain(char);

#endif
