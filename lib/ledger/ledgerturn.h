#ifndef LEDGER_LEDGERTURN_H
#define LEDGER_LEDGERTURN_H

#include "conf/word.h"
#include <stdint.h>

/* What went and what ended at one moment, in its order: the fields `go' and
 * `end' of a line of the ledger, throttle-ledger(5). */
enum { LEDGERTURN_ENDS_MAX = 1000000 /* in one field */ };

enum ledgerturn_what { LEDGERTURN_GO, LEDGERTURN_END };

struct ledgerturn {
	enum ledgerturn_what what;
	uint64_t who, bytes, rcpts; /* of one that goes */
	uint64_t from, to;          /* the numbers that end, both included */
};

/* of the value of such a field: 0, or -1: it is none */
int ledgerturn_go(struct ledgerturn *, struct slice value);
int ledgerturn_end(struct ledgerturn *, struct slice value);
/* the next of a line, which is cut at its front; 1, or 0: there is no more,
 * or -1: one of them is none */
int ledgerturn_next(struct slice *line, struct ledgerturn *);

#endif
