#ifndef RECV_HOOKFACTS_H
#define RECV_HOOKFACTS_H

#include "policy/hookrule.h"
#include "recv/session.h"

/* What policy servers are told of a session: the attributes of Postfix, but for
 * policy_context and the empty line.  conf-hooks(5). */

/* what the session alone does not say */
struct hookfacts {
	struct slice sender, recipient;
	uint64_t size, count; /* bytes; recipients */
	uint64_t instance;
	const char *mech; /* of a login, "" */
};

/* 0, or -1 with ENOMEM */
int hookfacts_put(struct buf *, const struct session *, enum hookrule_stage,
    const struct hookfacts *);

#endif
