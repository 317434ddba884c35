#ifndef SEND_TRIM_H
#define SEND_TRIM_H

#include "send/job.h"

/* As many recipients as a server takes at a time, LIMITS (RFC 9422). */

/*
 * sendtrim - those that fit come first
 *
 * rcpts, domains  how many recipients, and domains of these; 0: any
 *
 * Returns how many there are of these, at least 1; the order is kept among
 * them, and among the others behind.
 */
unsigned sendtrim(struct sendtxn *, uint32_t rcpts, uint32_t domains);
/* the first n stay, which is at least 1; the others have their answers */
void sendtrim_cut(struct sendtxn *, unsigned n);

#endif
