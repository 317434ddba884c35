#ifndef LEDGER_LEDGERLIMIT_H
#define LEDGER_LEDGERLIMIT_H

#include "ledger/ledgerconf.h"

/* A LIMIT of conf/throttle, for a rule of ledgerconf.h. */

/* a word of its line, added to what the rule has: NULL, or what is wrong */
const char *ledgerlimit_word(struct ledger_rule *, struct slice word,
    unsigned line);
/* the texts of all, when its lines so far are read */
void ledgerlimit_texts(struct ledger_rule *);
/* what its warm-up lets go at that time, seconds since 1970, n and text;
 * LEDGER_NO_LIMIT: it is over */
void ledgerlimit_day(struct ledger_rule *, int64_t at_s, ledger_turn *,
    ledger_date *);

#endif
