#ifndef THROTTLE_LEDGEROUT_H
#define THROTTLE_LEDGEROUT_H

#include "throttle/transactionledger.h"

/*
 * The ledger on its way to a descriptor.
 *
 * Grants are written before what they let go; ends may wait for the next of
 * them, for LEDGEROUT_WAIT_US at most: so that one transaction alone costs its
 * reader one line to wake up for.
 */
enum {
	LEDGEROUT_SAY_MS = 60000,   /* trouble with it is told so often */
	LEDGEROUT_WAIT_US = 500000, /* an end is written after that */
	LEDGEROUT_WAIT_BYTES = 4096 /* or when so much waits */
};

struct ledgerout {
	struct transactionledger lines;
	int fd;         /* -1: there is none */
	int64_t due_us; /* ends wait until then at most; 0: none do */
	int64_t said_ms;
	uint64_t grants; /* that are written */
};

/* writes what has gathered, if there is a grant among it, or an end for long;
 * without memory for it, or where it cannot be written, lines are lost, which
 * is told, and seen by their numbers: mail goes */
void ledgerout_flush(struct ledgerout *, int64_t now_us);
/* all of it, whatever it is */
void ledgerout_all(struct ledgerout *);
/* when ledgerout_flush() is wanted; INT64_MAX: never */
int64_t ledgerout_due(const struct ledgerout *);

#endif
