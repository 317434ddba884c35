#ifndef LEDGER_LEDGERKEYS_H
#define LEDGER_LEDGERKEYS_H

#include "ledger/ledgercount.h"

/* What throttle-check counts under: a rule with the values of a grant; and the
 * grants that are not over, with the keys they took from. */
struct ledger_key {
	struct hash_node node;
	const struct ledger_rule *rule; /* NULL: of what was learned */
	struct ledger_count *count;     /* one for each limit */
	unsigned n;
	char name[];
};

struct ledger_open {
	struct hash_node node;
	uint64_t g;
	unsigned n;
	struct ledger_key *key[];
};

/* the key of a rule, NULL: of what was learned, which is `learned'; made if
 * need be.  NULL with ENOMEM */
struct ledger_key *ledgerkeys_get(struct hash *keys, struct ledger_rule *,
    struct ledger_limit *learned, const char *name, size_t n);
/* is limit i of it one of connections? */
int ledgerkeys_is_conn(const struct ledger_key *, unsigned i);
/* the grant with that number; NULL: it is over, or was none */
struct ledger_open *ledgerkeys_open(const struct hash *open, uint64_t g);
/* nothing is open any more */
void ledgerkeys_close(struct hash *keys, struct hash *open);
/* all of a table, which is empty then */
void ledgerkeys_drop(struct hash *keys);
void ledgerkeys_drop_open(struct hash *open);

#endif
