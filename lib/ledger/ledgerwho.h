#ifndef LEDGER_LEDGERWHO_H
#define LEDGER_LEDGERWHO_H

#include "ledger/ledgerline.h"

/* What grants say of themselves, by the number that the ledger gave it:
 * throttle-ledger(5). */
enum { LEDGERWHO_MAX = 4096 /* numbers */ };

struct ledgerwho {
	struct {
		char *p; /* the line; NULL: not said */
		size_t n;
	} of[LEDGERWHO_MAX];
	uint64_t last; /* that line has its fields, and 1; 0: none has */
	struct ledger_line line;
};

/* a line says it from now on, which is copied; number < LEDGERWHO_MAX; 0, or -1
 * with ENOMEM */
int ledgerwho_put(struct ledgerwho *, uint64_t number, const char *p, size_t n);
/* its fields, until the next call, and the length of its line; NULL: it was not
 * said */
struct ledger_line *ledgerwho_get(struct ledgerwho *, uint64_t number,
    size_t *n);
/* nothing has been said */
void ledgerwho_forget(struct ledgerwho *);

#endif
