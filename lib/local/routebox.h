#ifndef LOCAL_ROUTEBOX_H
#define LOCAL_ROUTEBOX_H

#include "route/routing.h"

/*
 * What route -n says beyond the tables: whether who gets it here has a
 * mailbox, as local-deliver asks when the job comes to it.
 */
enum routebox {
	ROUTEBOX_GOES,  /* to one at least, or it was not looked at */
	ROUTEBOX_NEVER, /* to nobody */
	ROUTEBOX_LATER  /* it cannot be known now */
};

/*
 * routebox_open - once
 *
 * maildirs  the directory of Maildirs; "-": they are not here, and the file
 *           users says all; NULL: CONFDIR/../mail, or nothing is looked at
 *           when that is no directory
 */
void routebox_open(const char *confdir, const char *maildirs);

/*
 * routebox_ask - who of those that a decision for ROUTING_LOCAL names is there
 *
 * said  receives a line for each
 * why   receives the reason for NEVER and LATER, as a result has it
 */
enum routebox routebox_ask(struct buf *said, const struct routing_conf *,
    const struct routing *, const struct routing_job *, struct buf *why);

#endif
