#ifndef MIME_ADDRNAME_H
#define MIME_ADDRNAME_H

#include "base/buf.h"
#include <stddef.h>

enum { ADDRNAME_MAX = 2000 }; /* bytes of one that are looked at */

/*
 * addrname_put - append the display name of an entry of an address list
 *
 * p, n     the entry: what addrlist_next() has moved over
 * address  the entry has an address; without angle brackets its words are
 *          the address then, else they are the name
 *
 * The phrase before the angle brackets with the comment in it, as in "Al
 * (the first) <a@b>", or a comment alone, as in "a@b (Ann)".  Quotes,
 * escapes and the name of a group are gone; encoded words are decoded, also
 * in quotes.  What is appended is valid UTF-8 without control characters.
 * Returns 1, 0 when there is no name, -1 with ENOMEM.
 */
int addrname_put(struct buf *, const char *p, size_t n, int address);

#endif
