#ifndef LEDGER_LEDGERCHECK_H
#define LEDGER_LEDGERCHECK_H

#include "base/buf.h"
#include "ledger/ledgercount.h"
#include "ledger/ledgerwho.h"

/*
 * throttle-check: a ledger from its first line on, counted again by the rules
 * of a conf/throttle.  Pure: what knows of time zones is an argument.
 */
struct ledger_fault {
	const struct ledger_limit *limit; /* NULL: what it took from */
	const char *key; /* of it, or what it should have taken from */
	const char *limit_text;
	struct ledger_excess excess;
	int64_t at_us; /* of the grant that is too much, since 1970 */
	uint64_t line;
};

struct ledgercheck {
	struct ledgerconf *conf;
	ledger_turn *turn;
	ledger_date *date;
	/* a fault was found: 0, or -1 with ENOMEM */
	int (*fault)(void *arg, const struct ledger_fault *);
	void *arg;
	int part;  /* the ledger begins in the middle, of a line perhaps */
	int begun; /* a line was there, */
	int timed; /* and one with a time */
	int other; /* what goes now goes by another text of the rules */
	struct hash keys, open;
	struct ledger_limit backoff; /* what was learned: all of it */
	uint64_t lines, grants, ends, starts, faults;
	uint64_t passed_by; /* grants under other rules, or of the unknown */
	uint64_t text;      /* tells the rules from others, by their text */
	uint64_t seq;       /* of the next line */
	int64_t last_us,
	    ahead_us;     /* the last time; of the clock of this boot */
	int64_t first_us; /* since 1970 */
	int64_t wall_us;  /* the last */
	char boot[64], rules[32];
	struct ledgerwho who;
	struct buf took; /* room */
	const char *why;
};

/* all zero otherwise than conf, turn, date, fault, arg, part */
void ledgercheck_open(struct ledgercheck *);
/* a line without its LF; 0, or -1: the ledger cannot be trusted, and why says
 * so ("out of memory" is one) */
int ledgercheck_line(struct ledgercheck *, const char *p, size_t n);
void ledgercheck_free(struct ledgercheck *);
/* for its own files: -1, and why */
static inline int
ledgercheck_distrust(struct ledgercheck *c, const char *why)
{
	c->why = why;
	return -1;
}

#endif
