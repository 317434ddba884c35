#ifndef TLS_RECORDS_H
#define TLS_RECORDS_H

#include "tls/engine.h"

/*
 * Records to and fro between a descriptor and an engine, whose buffers are
 * those of the process: all but records_plain() and records_accepted() want
 * them to be its own, park_enter().
 */

/* what is to leave, as far as it is taken */
void records_send(struct stream *, struct tls *);
/* what can be done, with at most `most` bytes of plain text to p; their count.
 * The descriptor is read once, and not for more when there are some */
size_t records_move(struct stream *, struct tls *, char *p, size_t most);
/* is there plain text for the user? */
int records_plain(const struct tls *);
/* would it take bytes of the descriptor? */
int records_accepted(const struct tls *);

#endif
