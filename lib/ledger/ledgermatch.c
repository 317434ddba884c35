#include "ledger/ledgermatch.h"
#include "base/ascii.h"

/* the value of a grant that a part speaks of, as far as it counts; n 0: it has
 * none */
static struct slice
value(const struct ledger_part *p, const struct ledger_line *l)
{
	struct slice v = { "", 0 };
	unsigned i;

	if (p->label < LEDGER_LABELS)
		v = l->value[p->label];
	for (i = 0; p->label == LEDGER_TAG && i < l->n_tags; i++)
		if (l->tag[i].n > p->name.n && l->tag[i].p[p->name.n] == '=' &&
		    ascii_same(l->tag[i].p, p->name.n, p->name.p, p->name.n)) {
			v.p = l->tag[i].p + p->name.n + 1;
			v.n = l->tag[i].n - p->name.n - 1;
			break;
		}
	if (v.n > LEDGERCONF_VALUE_MAX)
		v.n = LEDGERCONF_VALUE_MAX;
	return v;
}

/* is it this domain, or one below it?  Of an address its domain */
static int
below(struct slice v, struct slice domain)
{
	const char *at = memrchr(v.p, '@', v.n);

	if (at != NULL) {
		v.n -= (size_t)(at + 1 - v.p);
		v.p = at + 1;
	}
	if (ascii_same(v.p, v.n, domain.p + 1, domain.n - 1))
		return 1;
	return v.n >= domain.n &&
	    ascii_same(v.p + v.n - domain.n, domain.n, domain.p, domain.n);
}

static int
fits(const struct ledger_rule *r, const struct ledger_line *l)
{
	const struct ledger_part *p;
	struct slice v;

	for (p = r->part; p < r->part + r->n_parts; p++) {
		v = value(p, l);
		if (v.n == 0)
			return 0;
		if (p->match == LEDGER_EXACT &&
		    !ascii_same(v.p, v.n, p->value.p, p->value.n))
			return 0;
		if (p->match == LEDGER_BELOW && !below(v, p->value))
			return 0;
	}
	return 1;
}

struct finding {
	const struct ledger_line *line;
	struct ledger_rule **found;
	int n, says_conn;
};

static int
add(struct finding *f, struct ledger_rule *r)
{
	if (!fits(r, f->line))
		return 0;
	f->says_conn |= r->of_site && r->says_conn;
	if (r->n_limits == 0)
		return 0;
	if (f->n == LEDGERMATCH_RULES_MAX)
		return -1;
	f->found[f->n++] = r;
	return 0;
}

static int
look(struct finding *f, struct ledgerconf *c, uint64_t hash)
{
	struct hash_node *n = hash_first(&c->by_value, hash);

	for (; n != NULL; n = hash_again(n))
		if (add(f, (struct ledger_rule *)n) == -1)
			return -1;
	return 0;
}

int
ledgermatch_rules(struct ledgerconf *c, const struct ledger_line *l,
    struct ledger_rule *found[LEDGERMATCH_RULES_MAX])
{
	struct finding f = { l, found, 0, 0 };
	char lower[LEDGERCONF_VALUE_MAX];
	struct ledger_part p = { .label = 0 };
	struct slice v;

	for (; p.label < LEDGER_LABELS; p.label++) {
		v = value(&p, l);
		ascii_lower_copy(lower, v.p, v.n);
		if (v.n > 0 &&
		    look(&f, c, ledgerconf_hash(p.label, lower, v.n)) == -1)
			return -1;
	}
	if (look(&f, c, 0) == -1)
		return -1;
	if (!f.says_conn && add(&f, &c->built_in) == -1)
		return -1;
	return f.n;
}

size_t
ledgermatch_name(const struct ledger_rule *r, const struct ledger_line *l,
    char out[LEDGERMATCH_NAME_MAX])
{
	const struct ledger_part *p;
	struct slice v;
	char *at = out;

	if (r->n_parts == 0)
		*at++ = '*';
	for (p = r->part; p < r->part + r->n_parts; p++) {
		if (p > r->part)
			*at++ = '+';
		at = ledgerconf_label(at, p);
		v = p->match == LEDGER_EACH ? value(p, l) : p->value;
		ascii_lower_copy(at, v.p, v.n);
		at += v.n;
	}
	*at = '\0';
	return (size_t)(at - out);
}

int
ledgermatch_took(struct buf *b, const struct ledger_rule *r, const char *name)
{
	static const enum ledger_kind order[] = { LEDGER_CONN, LEDGER_RATE,
		LEDGER_CAP };
	const struct ledger_limit *l;
	size_t from = buf_len(b);
	unsigned k;
	int bad = 0;

	for (k = 0; k < 3; k++)
		for (l = r->limit; l < r->limit + r->n_limits; l++)
			if (l->kind == order[k] && l->n != LEDGER_NO_LIMIT)
				bad |= buf_printf(b, "%s,", l->text);
	if (bad == 0 && buf_len(b) > from)
		buf_data(b)[buf_len(b) - 1] = ' ';
	bad |= buf_puts(b, name);
	bad |= buf_putc(b, '\0');
	return bad;
}
