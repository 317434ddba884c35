#ifndef BOUNCE_FORGED_H
#define BOUNCE_FORGED_H

#include "conf/word.h"

/*
 * forged - is the sender of a message from outside somebody else's address?
 *
 * spf, dmarc  what was found at the door, as envelope lines have it; n 0: not
 *             known
 *
 * Nobody vouches for it, and one that could says that it is not his: SPF says
 * fail and DMARC does not pass, or DMARC says fail and SPF does not pass.  So
 * mail that was forwarded with its signature whole, and mail of a list whose
 * own return path is good, are no forgeries.  A report would hit somebody who
 * has sent nothing (RFC 5321 section 6.2, RFC 3834 section 2).  Returns "spf"
 * or "dmarc", which of the two says so, or NULL.
 */
const char *forged(struct slice spf, struct slice dmarc);

#endif
