#ifndef RECV_HEADNOTES_H
#define RECV_HEADNOTES_H

#include "recv/access.h"
#include "recv/incoming.h"

/*
 * headnotes_put - what rules of routes ask of the header, as tags
 * (route/headernote.h)
 *
 * letter  whole, incoming_whole()
 * room    as headlook_open() has it
 *
 * A header of more than HEADLOOK_MAX bytes has none.  0, or -1: it cannot be
 * read or noted now.
 */
int headnotes_put(struct access *, struct incoming *letter, struct buf *room);

#endif
