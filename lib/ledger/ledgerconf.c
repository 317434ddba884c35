#include "ledger/ledgerconf.h"
#include "base/ascii.h"
#include "ledger/ledgerlimit.h"
#include <stdlib.h>

const char *const ledger_labels[LEDGER_LABELS] = { "site", "domain", "via",
	"tenant", "provider", "src", "user" };

uint64_t
ledgerconf_hash(unsigned label, const char *value, size_t n)
{
	return hash_bytes(label + 1, value, n);
}

void
ledgerconf_open(struct ledgerconf *c)
{
	static const struct slice site = { "*", 1 }, conn = { "conn=20", 7 };

	memset(c, 0, sizeof *c);
	c->built_in.key = "site:*";
	c->built_in.n_parts = 1;
	c->built_in.part[0].match = LEDGER_EACH;
	c->built_in.part[0].value = site;
	ledgerlimit_word(&c->built_in, conn, 0);
	ledgerlimit_texts(&c->built_in);
}

static struct slice
word(const char **p, const char *end)
{
	struct slice w;

	while (*p < end && ascii_blank(**p))
		++*p;
	w.p = *p;
	while (*p < end && !ascii_blank(**p))
		++*p;
	w.n = (size_t)(*p - w.p);
	return w;
}

/* KEY */

/* LABEL:VALUE or tag:NAME=VALUE */
static int
part(struct slice s, struct ledger_part *out)
{
	const char *colon = s.n == 0 ? NULL : memchr(s.p, ':', s.n), *eq;
	struct slice label = { s.p, 0 };
	unsigned i;

	if (colon == NULL)
		return -1;
	label.n = (size_t)(colon - s.p);
	for (i = 0; i < LEDGER_LABELS && !word_is(label, ledger_labels[i]);)
		i++;
	out->label = i;
	out->name = (struct slice){ "", 0 };
	out->value = (struct slice){ colon + 1, s.n - label.n - 1 };
	if (i == LEDGER_TAG) {
		eq = out->value.n == 0 ? NULL
				       : memchr(colon + 1, '=', out->value.n);
		if (!word_is(label, "tag") || eq == NULL)
			return -1;
		out->name =
		    (struct slice){ colon + 1, (size_t)(eq - colon - 1) };
		out->value.p = eq + 1;
		out->value.n -= out->name.n + 1;
	}
	if (out->value.n == 0)
		return -1;
	out->match = word_is(out->value, "*") ? LEDGER_EACH
	    : out->value.p[0] == '.'          ? LEDGER_BELOW
					      : LEDGER_EXACT;
	return 0;
}

static int
before(const struct ledger_part *a, const struct ledger_part *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int c = n == 0 ? 0 : memcmp(a->name.p, b->name.p, n);

	if (a->label != b->label)
		return a->label < b->label;
	return c != 0 ? c < 0 : a->name.n < b->name.n;
}

/* the parts of a key, which is in lower case, in their order */
static const char *
parts(struct ledger_rule *r, struct slice key)
{
	struct ledger_part p;
	struct slice rest = key, piece;
	unsigned i;

	if (word_is(key, "*"))
		return NULL;
	while (word_piece(&rest, '+', &piece)) {
		if (r->n_parts == LEDGERCONF_PARTS_MAX || part(piece, &p) == -1)
			return "not a key";
		for (i = r->n_parts++; i > 0 && before(&p, &r->part[i - 1]);
		     i--)
			r->part[i] = r->part[i - 1];
		r->part[i] = p;
		/* site, domain, provider */
		r->of_site |= p.label == 0 || p.label == 1 || p.label == 4;
	}
	return r->n_parts == 0 ? "no key" : NULL;
}

char *
ledgerconf_label(char *at, const struct ledger_part *p)
{
	at = stpcpy(at,
	    p->label == LEDGER_TAG ? "tag" : ledger_labels[p->label]);
	*at++ = ':';
	if (p->label == LEDGER_TAG) {
		memcpy(at, p->name.p, p->name.n);
		at += p->name.n;
		*at++ = '=';
	}
	return at;
}

static size_t
print(char *out, const struct ledger_rule *r)
{
	const struct ledger_part *p;
	char *at = out;

	if (r->n_parts == 0)
		*at++ = '*';
	for (p = r->part; p < r->part + r->n_parts; p++) {
		if (p > r->part)
			*at++ = '+';
		at = ledgerconf_label(at, p);
		memcpy(at, p->value.p, p->value.n);
		at += p->value.n;
	}
	*at = '\0';
	return (size_t)(at - out) + 1;
}

/* no rule is looked for longer than it must: those with an exact value by the
 * first of them */
static uint64_t
place(const struct ledger_rule *r)
{
	const struct ledger_part *p;

	for (p = r->part; p < r->part + r->n_parts; p++)
		if (p->match == LEDGER_EXACT && p->label < LEDGER_TAG)
			return ledgerconf_hash(p->label, p->value.p,
			    p->value.n);
	return 0;
}

static struct ledger_rule *
find(const struct ledgerconf *c, const struct ledger_rule *like)
{
	struct hash_node *n = hash_first(&c->by_value, like->node.hash);

	for (; n != NULL; n = hash_again(n))
		if (strcmp(((struct ledger_rule *)n)->key, like->key) == 0)
			return (struct ledger_rule *)n;
	return NULL;
}

/* the rule of a key, which may be there; NULL with *bad */
static struct ledger_rule *
rule(struct ledgerconf *c, struct slice key, const char **bad)
{
	/* the key twice: as it stands there, and in order */
	struct ledger_rule *r = calloc(1, sizeof *r + 2 * key.n + 2), *there;

	*bad = "out of memory";
	if (r == NULL)
		return NULL;
	ascii_lower_copy(r->text, key.p, key.n);
	*bad = parts(r, (struct slice){ r->text, key.n });
	if (*bad != NULL) {
		free(r);
		return NULL;
	}
	print(r->text + key.n + 1, r);
	r->key = r->text + key.n + 1;
	r->node.hash = place(r);
	there = find(c, r);
	if (there != NULL || hash_add(&c->by_value, &r->node) == -1) {
		free(r);
		*bad = there == NULL ? "out of memory" : NULL;
		return there;
	}
	if (c->last == NULL)
		c->first = r;
	else
		c->last->next = r;
	return c->last = r;
}

const char *
ledgerconf_line(struct ledgerconf *c, const char *p, size_t n, unsigned line)
{
	const char *end = p + n, *bad;
	struct slice w = word(&p, end);
	struct ledger_rule *r;

	if (w.n == 0 || w.p[0] == '#')
		return NULL;
	while (end[-1] == ' ' || end[-1] == '\t')
		end--;
	c->text = hash_bytes(c->text, w.p, (size_t)(end - w.p)) | 1;
	r = rule(c, w, &bad);
	if (r == NULL)
		return bad;
	while (bad == NULL && (w = word(&p, end)).n > 0)
		bad = ledgerlimit_word(r, w, line);
	if (bad == NULL)
		ledgerlimit_texts(r);
	return bad;
}

void
ledgerconf_free(struct ledgerconf *c)
{
	struct ledger_rule *r;

	while ((r = c->first) != NULL) {
		c->first = r->next;
		free(r);
	}
	hash_free(&c->by_value);
	memset(c, 0, sizeof *c);
}
