#ifndef LEDGER_LEDGERWARM_H
#define LEDGER_LEDGERWARM_H

#include "ledger/ledgerconf.h"

/* The days of a warm-up, conf-throttle(5). */

/* AMOUNTS/DATE; 0, or -1: it is none */
int ledgerwarm_parse(struct ledger_warm *, struct slice);
/* so much may go on a day; LEDGER_NO_LIMIT: it is over */
uint64_t ledgerwarm_amount(const struct ledger_warm *, int64_t day);

#endif
