#ifndef THROTTLE_TRANSACTIONLEDGER_H
#define THROTTLE_TRANSACTIONLEDGER_H

#include "throttle/ledgernames.h"
#include "throttle/transaction.h"

/*
 * The ledger, throttle-ledger(5): each grant and each end of one, so that
 * somebody else can count again.  What happens at one moment shares a line, and
 * what grants say of themselves is said once, and then named by a number.  Lines
 * gather in a buffer, which the caller writes before what was granted goes.
 *
 * All times are microseconds: by the clock of the wall, since 1970, and by the
 * monotonic one, which is the limiter's.
 *
 * All return 0, or -1 with ENOMEM.
 */
enum { TRANSACTIONLEDGER_LINE = 900 /* bytes; longer: another line */ };

struct transactionledger_now {
	int64_t wall_us, mono_us;
};

struct transactionledger {
	struct buf lines; /* the last of them may want its end */
	uint64_t seq;     /* of the next line */
	uint64_t grants;  /* so far */
	uint64_t written; /* bytes that have left lines */
	struct ledgernames names;
	struct buf name; /* room to make one in */
	int open;        /* the last line goes on, of this moment: */
	struct transactionledger_now now;
	size_t from;               /* where it begins */
	uint64_t end_from, end_to; /* to be put there; 0: none */
};

/* the program begins: in this boot, empty when that is not known; books: rates
 * and caps go on from where they were; these rules are in force */
int transactionledger_start(struct transactionledger *,
    struct transactionledger_now, const char *boot, int books,
    const struct throttle_rules *);
/* a table is in force from now on */
int transactionledger_rules(struct transactionledger *,
    struct transactionledger_now, const struct throttle_rules *);
/* a transaction may go, whose lines are still there; it gets its number */
int transactionledger_grant(struct transactionledger *,
    struct transactionledger_now, struct transaction *);
/* it is over */
int transactionledger_end(struct transactionledger *,
    struct transactionledger_now, const struct transaction *);
/* the lines are whole: before they are written */
int transactionledger_whole(struct transactionledger *);
/* they were written, or lost */
void transactionledger_written(struct transactionledger *);
void transactionledger_free(struct transactionledger *);

#endif
