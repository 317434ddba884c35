#include "ledger/ledgercheck.h"
#include "ledger/ledgergrant.h"
#include "ledger/ledgerkeys.h"
#include "ledger/ledgerturn.h"
#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "out of memory";

void
ledgercheck_open(struct ledgercheck *c)
{
	memcpy(c->backoff.text, "backoff", sizeof "backoff");
	c->backoff.kind = LEDGER_CONN;
	/* behind the last line */
	c->text = hash_bytes(c->conf->text, "", 0) | 1;
}

static int
went(struct ledgercheck *c, const struct ledger_line *turn,
    const struct ledgerturn *t, uint64_t g)
{
	size_t n = 0;
	struct ledger_line *l = ledgerwho_get(&c->who, t->who, &n);

	if (l == NULL)
		return c->part
		    ? ledgergrant_pass_by(c, g)
		    : ledgercheck_distrust(c, "grants what it has not named");
	l->at_us = turn->at_us;
	l->mono_us = turn->mono_us;
	l->g = g;
	l->bytes = t->bytes;
	l->rcpts = t->rcpts;
	return ledgergrant_take(c, l, n);
}

static int
turn(struct ledgercheck *c, const struct ledger_line *l, const char *p,
    size_t n)
{
	struct slice rest = { p, n };
	uint64_t g = l->g, i;
	struct ledgerturn t;

	while (ledgerturn_next(&rest, &t) == 1) {
		if (t.what == LEDGERTURN_GO && went(c, l, &t, g++) == -1)
			return -1;
		if (t.what == LEDGERTURN_END)
			for (i = t.from; i <= t.to; i++)
				if (ledgergrant_end(c, i) == -1)
					return -1;
	}
	return 0;
}

/* lines */

static int
who(struct ledgercheck *c, const struct ledger_line *l, const char *p, size_t n)
{
	if (l->w >= LEDGERWHO_MAX)
		return ledgercheck_distrust(c, "no line of a ledger");
	return ledgerwho_put(&c->who, l->w, p, n) == 0
	    ? 0
	    : ledgercheck_distrust(c, no_memory);
}

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
	ledgerwho_forget(&c->who);
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
	if (c->timed && l->mono_us + c->ahead_us < c->last_us)
		c->ahead_us = c->last_us - l->mono_us;
	if (put(c->boot, sizeof c->boot, l->boot) == -1)
		return ledgercheck_distrust(c, "no line of a ledger");
	c->starts++;
	ledgerkeys_close(&c->keys, &c->open);
	return rules(c, l);
}

/* when it was: not before the last */
static int
in_time(struct ledgercheck *c, const struct ledger_line *l)
{
	int64_t at;

	/* who is of no time */
	if (l->what == LEDGER_WHO)
		return 0;
	if (!c->timed && l->what != LEDGER_START)
		c->ahead_us = l->at_us - l->mono_us;
	if (l->what == LEDGER_START && start(c, l) == -1)
		return -1;
	c->timed = 1;
	c->wall_us = l->at_us;
	at = l->mono_us + c->ahead_us;
	if (at < c->last_us)
		return ledgercheck_distrust(c, "the clock goes back");
	c->last_us = at;
	return 0;
}

/* is it the one that comes next? */
static int
in_order(struct ledgercheck *c, const struct ledger_line *l)
{
	if (!c->begun && l->what != LEDGER_START) {
		if (!c->part)
			return ledgercheck_distrust(c,
			    "the ledger has no begin");
		c->seq = l->seq;
	}
	c->begun = 1;
	if (l->seq != (l->what == LEDGER_START ? 0 : c->seq))
		return ledgercheck_distrust(c, "lines are missing before it");
	c->seq = l->seq + 1;
	return in_time(c, l);
}

int
ledgercheck_line(struct ledgercheck *c, const char *p, size_t n)
{
	static struct ledger_line l;

	c->lines++;
	if (ledgerline_parse(p, n, &l) == -1) {
		/* its begin was in a file that is gone */
		if (c->part && c->lines == 1)
			return 0;
		return ledgercheck_distrust(c, "no line of a ledger");
	}
	if (in_order(c, &l) == -1)
		return -1;
	switch (l.what) {
	case LEDGER_RULES: return rules(c, &l);
	case LEDGER_GRANT: return ledgergrant_take(c, &l, n);
	case LEDGER_END: return ledgergrant_end(c, l.g);
	case LEDGER_WHO: return who(c, &l, p, n);
	case LEDGER_TURN: return turn(c, &l, p, n);
	case LEDGER_START: break;
	}
	return 0;
}

void
ledgercheck_free(struct ledgercheck *c)
{
	ledgerkeys_drop(&c->keys);
	ledgerkeys_drop_open(&c->open);
	ledgerwho_forget(&c->who);
	buf_free(&c->took);
}
