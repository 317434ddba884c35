#ifndef SEND_SENDWHY_H
#define SEND_SENDWHY_H

#include "send/pool.h"

/*
 * sendwhy - the answer to a question, job(5), into out
 *
 * Whether its job is here, in which phase and since when; the connections to
 * its site; the hosts that are passed over.  Nothing is begun or kept for it.
 * 0, or -1 with ENOMEM.
 */
int sendwhy(struct sendpool *, const struct sendjob *, struct buf *out);

#endif
