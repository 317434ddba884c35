#ifndef LEDGER_LEDGERGRANT_H
#define LEDGER_LEDGERGRANT_H

#include "ledger/ledgercheck.h"

/* Grants of a ledger, counted under each rule that applies.  All return 0, or
 * -1: the ledger cannot be trusted, ledgercheck_distrust(). */

/* one, whose line has n bytes */
int ledgergrant_take(struct ledgercheck *, const struct ledger_line *,
    size_t n);
/* one is over */
int ledgergrant_end(struct ledgercheck *, const struct ledger_line *);
/* what began before these rules says nothing of them */
void ledgergrant_forget(struct ledgercheck *);

#endif
