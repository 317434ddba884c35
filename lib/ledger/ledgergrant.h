#ifndef LEDGER_LEDGERGRANT_H
#define LEDGER_LEDGERGRANT_H

#include "ledger/ledgercheck.h"

/* Grants of a ledger, counted under each rule that applies.  All return 0, or
 * -1: the ledger cannot be trusted, ledgercheck_distrust(). */

/* one, whose line has n bytes */
int ledgergrant_take(struct ledgercheck *, const struct ledger_line *,
    size_t n);
/* it went by other rules, or by what is not known: it is not judged */
int ledgergrant_pass_by(struct ledgercheck *, uint64_t number);
/* one is over */
int ledgergrant_end(struct ledgercheck *, uint64_t number);
/* what began before these rules says nothing of them */
void ledgergrant_forget(struct ledgercheck *);

#endif
