/* what is counted under, and what is open */
#include "ledger/ledgerkeys.h"
#include "tap.h"
#include <stdlib.h>

static struct hash keys, open;

static struct ledger_open *
grant(uint64_t g, struct ledger_key *k)
{
	struct ledger_open *o = calloc(1, sizeof *o + sizeof o->key[0]);

	o->g = g;
	o->n = 1;
	o->key[0] = k;
	o->node.hash = word_mix(g);
	hash_add(&open, &o->node);
	return o;
}

int
main(void)
{
	struct ledger_limit learned = { .kind = LEDGER_CONN };
	struct ledger_rule r = { .n_limits = 2 };
	struct ledger_key *a, *b;
	struct ledger_open *o;

	r.limit[0].kind = LEDGER_CONN;
	r.limit[1].kind = LEDGER_RATE;
	a = ledgerkeys_get(&keys, &r, &learned, "site:a", 6);
	ok(ledgerkeys_get(&keys, &r, &learned, "site:a", 6) == a,
	    "the same key");
	b = ledgerkeys_get(&keys, NULL, &learned, "site:a", 6);
	ok(b != a, "what was learned there is another");
	is_num((long)r.limit[1].seen.keys, 1, "a limit has one key");
	is_num((long)learned.seen.keys, 1, "and what was learned, too");
	ok(ledgerkeys_is_conn(a, 0) && !ledgerkeys_is_conn(a, 1) &&
		ledgerkeys_is_conn(b, 0),
	    "which count connections");
	a->count[0].used = 1;
	o = grant(5, a);
	ok(ledgerkeys_open(&open, 5) == o, "it is open");
	ok(ledgerkeys_open(&open, 6) == NULL, "another is not");
	ledgerkeys_close(&keys, &open);
	ok(ledgerkeys_open(&open, 5) == NULL, "until all are closed");
	is_num((long)a->count[0].used, 0, "and nothing is in use");
	grant(7, a);
	ledgerkeys_drop_open(&open);
	ledgerkeys_drop(&keys);
	is_num((long)(keys.n + open.n), 0, "all is gone");
	return done();
}
