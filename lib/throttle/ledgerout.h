#ifndef THROTTLE_LEDGEROUT_H
#define THROTTLE_LEDGEROUT_H

#include "throttle/transactionledger.h"

/* The ledger on its way to a descriptor. */
enum { LEDGEROUT_SAY_MS = 60000 /* trouble with it is told so often */ };

struct ledgerout {
	struct transactionledger lines;
	int fd; /* -1: there is none */
	int64_t said_ms;
};

/* writes what has gathered; a line that is lost is told, and seen by its
 * number: mail goes */
void ledgerout_flush(struct ledgerout *);

#endif
