#ifndef GREY_GREYPOLICY_H
#define GREY_GREYPOLICY_H

#include "grey/greyjudge.h"

/*
 * Greylisting as a policy server, conf-hooks(5): at RCPT, by client, sender and
 * recipient, with the journal that grey(8) as a link has.  Who has to wait hears it
 * before he sends the message.
 */

/* now_s: the time, seconds since 1970.  The exit status, policy/policyserver.h */
int greypolicy_run(struct greyjudge *, int64_t (*now_s)(void));

#endif
