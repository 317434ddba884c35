#ifndef LOCAL_ROUTEBOX_H
#define LOCAL_ROUTEBOX_H

#include "local/mailbox.h"
#include "route/routing.h"
#include <limits.h>

/*
 * What route -n says beyond the tables: whether who gets it here has a
 * mailbox, as local-deliver asks when the job comes to it.
 */
enum routebox {
	ROUTEBOX_GOES,  /* to one at least, or it was not looked at */
	ROUTEBOX_NEVER, /* to nobody */
	ROUTEBOX_LATER  /* it cannot be known now */
};

/* where it looks; all zero at first */
struct routebox_conf {
	struct softtable users;
	struct mailbox_conf boxes;
	char beside[PATH_MAX]; /* CONFDIR/../mail */
	int off;               /* nothing is looked at */
};

/*
 * routebox_open - before the first question; may be opened once more
 *
 * maildirs  the directory of Maildirs; "-": they are not here, and the file
 *           users says all; NULL: CONFDIR/../mail, or nothing is looked at
 *           when that is no directory
 */
void routebox_open(struct routebox_conf *, const char *confdir,
    const char *maildirs);

/*
 * routebox_ask - who of those that a decision for ROUTING_LOCAL names is there
 *
 * said  receives a line for each
 * why   receives the reason for NEVER and LATER, as a result has it
 */
enum routebox routebox_ask(struct routebox_conf *, struct buf *said,
    const struct routing_conf *, const struct routing *,
    const struct routing_job *, struct buf *why);

#endif
