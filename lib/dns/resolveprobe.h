#ifndef DNS_RESOLVEPROBE_H
#define DNS_RESOLVEPROBE_H

#include "dns/resolve.h"

/*
 * Whether answers are checked: what the configuration says, and with
 * RESOLVECONF_AUTO what comes of the question for the keys, again and again.
 * Sets d->now and d->validates.  Only for resolve.c.
 */

/* at the first question, d->go_on set, which asks what waits */
void resolveprobe_begin(struct resolve *);
/* the configuration has changed: what is under way is asked anew; not from
 * within an answer */
void resolveprobe_again(struct resolve *);
/* a question that may be asked beside the keys */
void resolveprobe_other(struct resolve *, const struct resolve_query *);

#endif
