#ifndef THROTTLE_LEDGERNAMES_H
#define THROTTLE_LEDGERNAMES_H

#include "base/hash.h"

/*
 * Numbers that stand in a ledger for what is said again and again,
 * throttle-ledger(5): said once, and then named by its number.  Old files of a
 * ledger go, and with them what was said there: so it is said again when it is
 * LEDGERNAMES_AGAIN bytes old.
 *
 * Pure.  All zero is an empty one.
 */
enum {
	LEDGERNAMES_MAX = 4096,      /* numbers: 0 to one less */
	LEDGERNAMES_BYTES = 4 << 20, /* of memory: more, and all begins anew */
	LEDGERNAMES_AGAIN = 1000000
};

struct ledgernames {
	struct hash names;
	uint64_t seed; /* random, against chosen names */
	size_t bytes;
};

/*
 * ledgernames_number - the number of such bytes
 *
 * p, n  any bytes; NULs are as good as others
 * at    how many bytes the ledger had before
 * tell  receives 1 when its meaning is to be said before it is used, else 0
 *
 * Returns the number, or -1 with ENOMEM.
 */
int ledgernames_number(struct ledgernames *, const void *p, size_t n,
    uint64_t at, int *tell);
/* no number means anything any more; also frees all */
void ledgernames_forget(struct ledgernames *);

#endif
