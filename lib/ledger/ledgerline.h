#ifndef LEDGER_LEDGERLINE_H
#define LEDGER_LEDGERLINE_H

#include "ledger/ledgerconf.h"

/* A line of the ledger, throttle-ledger(5). */
enum {
	LEDGERLINE_MAX = 262144, /* bytes */
	LEDGERLINE_TAGS_MAX = 96,
	LEDGERLINE_TOOK_MAX = 512
};

enum ledger_what {
	LEDGER_START,
	LEDGER_RULES,
	LEDGER_WHO,
	LEDGER_TURN,
	/* a line each, as before there were turns */
	LEDGER_GRANT,
	LEDGER_END
};

/* slices point into the line; what is not of its kind is empty */
struct ledger_line {
	enum ledger_what what;
	int64_t at_us, mono_us;
	uint64_t seq;
	uint64_t g; /* of a turn: of the first that goes */
	uint64_t w; /* of who */
	uint64_t rcpts, bytes;
	struct slice boot, rules;
	uint64_t text;                         /* 0: it does not say */
	struct slice value[LEDGER_LABELS];     /* as the job has them */
	struct slice tag[LEDGERLINE_TAGS_MAX]; /* NAME=VALUE */
	unsigned n_tags;
	struct slice took[LEDGERLINE_TOOK_MAX]; /* escaped */
	unsigned n_took;
};

/* a line without its LF; 0, or -1: it is none, or not whole.  Of a turn each
 * field is good for ledgerturn_next() */
int ledgerline_parse(const char *p, size_t n, struct ledger_line *);

#endif
