#ifndef AUDITTEST_H
#define AUDITTEST_H

/* what tests of the parts of audit share */

#include "queue/auditparts.h"
#include "tap.h"

#define A "0000000000a000000000"
#define B "0000000000b000000001"

static inline const char *
balance(struct audit *a)
{
	static char out[200];
	struct audit_balance b;

	audit_balance(a, &b, NULL, NULL);
	snprintf(out, sizeof out,
	    "%d=%d+%d+%d+%d+%d lost %d double %d bad %d "
	    "old %d doubt %d un %d",
	    (int)b.accepted, (int)b.queued, (int)b.sent, (int)b.bounced,
	    (int)b.expired, (int)b.deleted, (int)b.lost, (int)b.doubles,
	    (int)b.unexplained, (int)b.unannounced, (int)b.doubt,
	    (int)b.unlogged);
	return out;
}

#endif
