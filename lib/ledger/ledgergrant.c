#include "ledger/ledgergrant.h"
#include "format/ltsv.h"
#include "ledger/ledgerkeys.h"
#include "ledger/ledgerlimit.h"
#include "ledger/ledgermatch.h"
#include "ledger/ledgertook.h"
#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "out of memory";
static const char twice[] = "grants what was granted before";

static int
fault(struct ledgercheck *c, const struct ledger_line *line,
    const struct ledger_limit *l, const char *key, struct ledger_excess excess)
{
	struct ledger_fault f = { l, key, l == NULL ? "" : l->text, excess,
		line->at_us, c->lines };

	c->faults++;
	return c->fault(c->arg, &f) == 0 ? 0
					 : ledgercheck_distrust(c, no_memory);
}

int
ledgergrant_end(struct ledgercheck *c, uint64_t g)
{
	struct ledger_open *o = ledgerkeys_open(&c->open, g);
	unsigned n, i;

	if (o == NULL)
		return c->part
		    ? 0
		    : ledgercheck_distrust(c, "ends what was not granted");
	for (n = 0; n < o->n; n++)
		for (i = 0; i < o->key[n]->n; i++)
			if (ledgerkeys_is_conn(o->key[n], i))
				o->key[n]->count[i].used--;
	hash_remove(&c->open, &o->node);
	free(o);
	c->ends++;
	return 0;
}

void
ledgergrant_forget(struct ledgercheck *c)
{
	struct ledger_rule *r;
	struct ledger_limit *l;
	struct hash_node *at;
	size_t s;

	for (s = 0; s < c->open.slots; s++)
		for (at = c->open.slot[s]; at != NULL; at = at->next)
			((struct ledger_open *)at)->n = 0;
	ledgerkeys_drop(&c->keys);
	for (r = c->conf->first; r != NULL; r = r->next)
		for (l = r->limit; l < r->limit + r->n_limits; l++)
			memset(&l->seen, 0, sizeof l->seen);
	memset(&c->conf->built_in.limit[0].seen, 0, sizeof l->seen);
	memset(&c->backoff.seen, 0, sizeof l->seen);
	c->passed_by += c->grants;
	c->grants = c->faults = 0;
	c->first_us = 0;
}

/* grants */

static uint64_t
cost_of(const struct ledger_limit *l, const struct ledger_line *line)
{
	return l->unit == LEDGER_RCPTS ? line->rcpts
	    : l->unit == LEDGER_BYTES  ? line->bytes
				       : 1;
}

static int
count(struct ledgercheck *c, struct ledger_key *k, struct ledger_rule *r,
    const struct ledger_line *line)
{
	struct ledger_excess e = { 0, 0, 0 };
	struct ledger_limit *l;
	unsigned i;
	int bad;

	for (i = 0; i < k->n; i++) {
		l = &r->limit[i];
		if (l->n == LEDGER_NO_LIMIT)
			continue;
		if (l->kind == LEDGER_CONN)
			bad = ledgercount_conn(&k->count[i], l, &e);
		else if (l->kind == LEDGER_CAP)
			bad = ledgercount_cap(&k->count[i], l, cost_of(l, line),
			    line->at_us / 1000000, c->turn, &e);
		else
			bad = ledgercount_rate(&k->count[i], l,
			    cost_of(l, line), c->last_us, &e);
		if (bad == -1)
			return ledgercheck_distrust(c, no_memory);
		if (bad == 1 && fault(c, line, l, k->name, e) == -1)
			return -1;
	}
	return 0;
}

/* of what was learned: as many as the limiter said itself */
static int
learned(struct ledgercheck *c, const struct ledger_taken *t,
    const struct ledger_line *line, struct ledger_key **out)
{
	const char *name = strchr(t->text, ' ') + 1;
	struct ledger_key *k =
	    ledgerkeys_get(&c->keys, NULL, &c->backoff, name, strlen(name));
	struct ledger_excess e;

	if (k == NULL)
		return ledgercheck_distrust(c, no_memory);
	*out = k;
	if (!t->limited) {
		k->count[0].used++;
		return 0;
	}
	c->backoff.n = t->n;
	return ledgercount_conn(&k->count[0], &c->backoff, &e) == 0
	    ? 0
	    : fault(c, line, &c->backoff, k->name, e);
}

struct grant {
	struct ledger_key *key[LEDGERMATCH_RULES_MAX + LEDGERLINE_TOOK_MAX];
	const char *want[LEDGERMATCH_RULES_MAX];
	const char *took[LEDGERLINE_TOOK_MAX];
	size_t at[LEDGERMATCH_RULES_MAX];
	unsigned n_keys, n_want, n_took;
};

/* has it a limit today? */
static int
counts(const struct ledger_rule *r)
{
	unsigned i;

	for (i = 0; i < r->n_limits; i++)
		if (r->limit[i].n != LEDGER_NO_LIMIT)
			return 1;
	return 0;
}

/* under each rule that applies */
static int
count_rules(struct ledgercheck *c, struct grant *g,
    const struct ledger_line *line)
{
	struct ledger_rule *found[LEDGERMATCH_RULES_MAX];
	char name[LEDGERMATCH_NAME_MAX];
	int n = ledgermatch_rules(c->conf, line, found), i;
	struct ledger_key *k;
	size_t len;

	if (n == -1)
		return ledgercheck_distrust(c, "more than 512 rules apply");
	for (i = 0; i < n; i++) {
		len = ledgermatch_name(found[i], line, name);
		k = ledgerkeys_get(&c->keys, found[i], &c->backoff, name, len);
		ledgerlimit_day(found[i], line->at_us / 1000000, c->turn,
		    c->date);
		if (k != NULL && !counts(found[i]))
			continue;
		g->at[g->n_want++] = buf_len(&c->took);
		if (k == NULL ||
		    ledgermatch_took(&c->took, found[i], name) != 0)
			return ledgercheck_distrust(c, no_memory);
		g->key[g->n_keys++] = k;
		if (count(c, k, found[i], line) == -1)
			return -1;
	}
	return 0;
}

/* what it says of itself, text by text behind what should be there */
static int
read_took(struct ledgercheck *c, struct grant *g,
    const struct ledger_line *line)
{
	struct ltsv_field f = { "took", NULL, 4, 0 };
	struct ledger_taken t;
	unsigned i;
	long n;

	for (i = 0; i < line->n_took; i++) {
		f.value = line->took[i].p;
		f.value_len = (unsigned)line->took[i].n;
		memset(&t, 0, sizeof t);
		t.text = buf_tail(&c->took);
		n = ltsv_value(&f, t.text, line->took[i].n + 1);
		if (n == -1 || ledgertook_cut(&t) == -1)
			return ledgercheck_distrust(c, "no line of a ledger");
		if (t.learns &&
		    learned(c, &t, line, &g->key[g->n_keys++]) == -1)
			return -1;
		if (t.text[0] == ' ')
			continue;
		g->took[g->n_took++] = t.text;
		buf_added(&c->took, strlen(t.text) + 1);
	}
	return 0;
}

static int
keep_open(struct ledgercheck *c, uint64_t number, const struct grant *g)
{
	struct ledger_open *o =
	    malloc(sizeof *o + g->n_keys * sizeof o->key[0]);

	if (o == NULL)
		return ledgercheck_distrust(c, no_memory);
	o->g = number;
	o->n = g->n_keys;
	if (g->n_keys > 0)
		memcpy(o->key, g->key, g->n_keys * sizeof o->key[0]);
	o->node.hash = word_mix(number);
	if (hash_add(&c->open, &o->node) == -1) {
		free(o);
		return ledgercheck_distrust(c, no_memory);
	}
	return 0;
}

int
ledgergrant_pass_by(struct ledgercheck *c, uint64_t number)
{
	static const struct grant none;

	if (ledgerkeys_open(&c->open, number) != NULL)
		return ledgercheck_distrust(c, twice);
	c->passed_by++;
	return keep_open(c, number, &none);
}

int
ledgergrant_take(struct ledgercheck *c, const struct ledger_line *line,
    size_t n)
{
	static struct grant g;
	const char *other;
	unsigned i;

	if (c->other)
		return ledgergrant_pass_by(c, line->g);
	if (ledgerkeys_open(&c->open, line->g) != NULL)
		return ledgercheck_distrust(c, twice);
	c->grants++;
	if (c->first_us == 0)
		c->first_us = line->at_us;
	g.n_keys = g.n_want = g.n_took = 0;
	buf_clear(&c->took);
	if (count_rules(c, &g, line) == -1)
		return -1;
	/* unescaped it is never longer; so nothing moves any more */
	if (buf_reserve(&c->took, n + 1) == -1)
		return ledgercheck_distrust(c, no_memory);
	for (i = 0; i < g.n_want; i++)
		g.want[i] = buf_data(&c->took) + g.at[i];
	if (read_took(c, &g, line) == -1)
		return -1;
	other = ledgertook_difference(g.want, g.n_want, g.took, g.n_took);
	if (other != NULL &&
	    fault(c, line, NULL, other, (struct ledger_excess){ 0, 0, 0 }) ==
		-1)
		return -1;
	return keep_open(c, line->g, &g);
}
