#ifndef SEND_JOBRELAY_H
#define SEND_JOBRELAY_H

#include "send/job.h"

/* the relay of a site, labels socks and proxy of job(5), a word as those of mx;
 * socks where both stand.  What is malformed is a relay that cannot be used */
void jobrelay_fill(struct sendsite *, const struct sendjob *);

#endif
