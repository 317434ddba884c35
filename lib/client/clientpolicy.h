#ifndef CLIENT_CLIENTPOLICY_H
#define CLIENT_CLIENTPOLICY_H

#include "client/clientrun.h"

/*
 * client-check as a policy server, conf-hooks(5): what is known at the stage that
 * it is asked at is judged, and the client hears it before he sends a message.
 */

/* conf is open.  The exit status, policy/policyserver.h */
int clientpolicy_run(struct clientrun_conf *conf, int64_t deadline_ms);

#endif
