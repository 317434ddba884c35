#ifndef SEND_GATHER_H
#define SEND_GATHER_H

#include "send/pool.h"

/*
 * Jobs as they come, gathered into transactions: those that stand next to
 * each other and agree in message, sender, site and hosts become one.  What
 * cannot be sent is answered at once.
 *
 * The whole lines of p[0..n) as jobs, as far as the pool is not full; what
 * follows has not arrived, and the last transaction waits for nobody.
 * Returns the bytes used.
 */
size_t sendgather_take(struct sendpool *, const char *p, size_t n);

#endif
