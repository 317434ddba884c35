#ifndef FIX_TOKENPOLICY_H
#define FIX_TOKENPOLICY_H

#include "fix/tokenkeys.h"

/*
 * token-check as a policy server, conf-hooks(5): at RCPT, a return path that looks
 * as ours do and was not made with any of our keys is refused, and so is one that
 * is too old.
 */

/* the keys are open; days: how old they may be; today: days since 1970.  The exit
 * status, policy/policyserver.h */
int tokenpolicy_run(struct tokenkeys *, unsigned days, unsigned (*today)(void));

#endif
