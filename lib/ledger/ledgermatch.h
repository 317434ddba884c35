#ifndef LEDGER_LEDGERMATCH_H
#define LEDGER_LEDGERMATCH_H

#include "ledger/ledgerline.h"

/* Which rules a grant falls under, and the name of its key under each. */
enum {
	LEDGERMATCH_RULES_MAX = 512, /* for one grant */
	LEDGERMATCH_NAME_MAX =
	    LEDGERCONF_PARTS_MAX * (2 * LEDGERCONF_VALUE_MAX + 16)
};

/* those that count something, the built-in one last; returns how many, -1: more
 * than LEDGERMATCH_RULES_MAX */
int ledgermatch_rules(struct ledgerconf *, const struct ledger_line *,
    struct ledger_rule *found[LEDGERMATCH_RULES_MAX]);
/* "site:mx.example.net+via:p", NUL behind it; returns its length */
size_t ledgermatch_name(const struct ledger_rule *, const struct ledger_line *,
    char out[LEDGERMATCH_NAME_MAX]);
/* its limits and its name as a field `took' has them, unescaped, but for the
 * backoff; to the end of a buffer: 0, or -1 with ENOMEM */
int ledgermatch_took(struct buf *, const struct ledger_rule *,
    const char *name);

#endif
