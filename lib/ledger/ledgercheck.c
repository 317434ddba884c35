#include "ledger/ledgercheck.h"
#include "ledger/ledgergrant.h"
#include "ledger/ledgerkeys.h"
#include <stdlib.h>
#include <string.h>

void
ledgercheck_open(struct ledgercheck *c)
{
	memcpy(c->backoff.text, "backoff", sizeof "backoff");
	c->backoff.kind = LEDGER_CONN;
	/* behind the last line */
	c->text = hash_bytes(c->conf->text, "", 0) | 1;
}

/* lines */

static int
put(char *to, size_t room, struct slice v)
{
	if (v.n >= room)
		return -1;
	if (v.n > 0)
		memcpy(to, v.p, v.n);
	to[v.n] = '\0';
	return 0;
}

static int
rules(struct ledgercheck *c, const struct ledger_line *l)
{
	if (c->rules[0] != '\0' && !word_is(l->rules, c->rules))
		ledgergrant_forget(c);
	c->other = l->text != 0 && l->text != c->text;
	return put(c->rules, sizeof c->rules, l->rules) == 0
	    ? 0
	    : ledgercheck_distrust(c, "no line of a ledger");
}

static int
start(struct ledgercheck *c, const struct ledger_line *l)
{
	/* the clock of another boot goes on where that of the wall is */
	if (c->boot[0] == '\0' || !word_is(l->boot, c->boot))
		c->ahead_us = l->at_us - l->mono_us;
	if (c->lines > 1 && l->mono_us + c->ahead_us < c->last_us)
		c->ahead_us = c->last_us - l->mono_us;
	if (put(c->boot, sizeof c->boot, l->boot) == -1)
		return ledgercheck_distrust(c, "no line of a ledger");
	c->starts++;
	ledgerkeys_close(&c->keys, &c->open);
	return rules(c, l);
}

/* is it the one that comes next? */
static int
in_order(struct ledgercheck *c, const struct ledger_line *l)
{
	int64_t at;

	if (c->lines == 1 && c->part && l->what != LEDGER_START) {
		c->seq = l->seq;
		c->ahead_us = l->at_us - l->mono_us;
	}
	if (c->lines == 1 && !c->part && l->what != LEDGER_START)
		return ledgercheck_distrust(c, "the ledger has no begin");
	if (l->seq != (l->what == LEDGER_START ? 0 : c->seq))
		return ledgercheck_distrust(c, "lines are missing before it");
	c->seq = l->seq + 1;
	c->wall_us = l->at_us;
	if (l->what == LEDGER_START && start(c, l) == -1)
		return -1;
	at = l->mono_us + c->ahead_us;
	if (at < c->last_us)
		return ledgercheck_distrust(c, "the clock goes back");
	c->last_us = at;
	return 0;
}

int
ledgercheck_line(struct ledgercheck *c, const char *p, size_t n)
{
	static struct ledger_line l;

	c->lines++;
	if (ledgerline_parse(p, n, &l) == -1)
		return ledgercheck_distrust(c, "no line of a ledger");
	if (in_order(c, &l) == -1)
		return -1;
	switch (l.what) {
	case LEDGER_RULES: return rules(c, &l);
	case LEDGER_GRANT: return ledgergrant_take(c, &l, n);
	case LEDGER_END: return ledgergrant_end(c, &l);
	case LEDGER_START: break;
	}
	return 0;
}

void
ledgercheck_free(struct ledgercheck *c)
{
	ledgerkeys_drop(&c->keys);
	ledgerkeys_drop_open(&c->open);
	buf_free(&c->took);
}
