#ifndef RECV_HOOKWISH_H
#define RECV_HOOKWISH_H

#include "policy/policyaction.h"
#include "recv/incoming.h"

/*
 * What policy servers want to be done with a message: gathered while it comes,
 * or before for all of a session, and done when it is to go down.
 */
enum {
	HOOKWISH_FIELDS_MAX = 8192, /* bytes of fields in front of a message */
	HOOKWISH_COPIES_MAX = 8192, /* bytes of addresses of BCC */
	HOOKWISH_HOLD_S = 2592000   /* that a message is kept back: 30 days */
};

/* all zero: nothing */
struct hookwish {
	struct buf fields;   /* lines */
	struct buf copies;   /* addresses, a NUL behind each */
	struct buf redirect; /* one, or empty */
	unsigned hold : 1, discard : 1;
};

/* one more.  late: the message is whole.  0, or -1: there is no room for it, or
 * it comes too late */
int hookwish_add(struct hookwish *, const struct policyaction *, int late);
void hookwish_clear(struct hookwish *); /* memory too */
/* recipients and time of a whole message; now_s: seconds since 1970.  0, or -1
 * with ENOMEM */
int hookwish_do(const struct hookwish *, struct incoming *, int64_t now_s);

#endif
