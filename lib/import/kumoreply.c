#include "import/kumo.h"
#include "import/posixre.h"

/* What a KumoMTA does when a reply fits, as lines of replies. */

/* one rule while it is read */
struct rule {
	struct kumo *kumo;
	const struct kumo_block *block;
	struct import_at at;
	char time[SPAN_TEXT];
};

static void
one(struct rule *r, struct slice re)
{
	struct import *m = r->kumo->import;
	struct buf b = { 0 };
	const char *bad;

	import_puts(m, &b, "suspend=");
	import_puts(m, &b, r->time);
	import_puts(m, &b, " key=site+src ");
	if (r->block->provider != NULL) {
		import_puts(m, &b, r->block->of);
		import_puts(m, &b, " ");
	}
	import_puts(m, &b, "text~/");
	bad = posixre_put(&b, re);
	import_puts(m, &b, "/");
	if (bad != NULL)
		import_left(m, IMPORT_REPLIES, &r->at, re, bad);
	else
		import_say(m, IMPORT_REPLIES, &r->at, buf_data(&b),
		    buf_len(&b));
	buf_free(&b);
}

/* a text, or an array of one: the only one there is */
static struct slice
single(const struct toml *t, const struct toml_node *n)
{
	if (n != NULL && n->kind == TOML_ARRAY && n->first != 0 &&
	    n->first == n->last)
		n = toml_node(t, n->first);
	return n != NULL && n->kind == TOML_STRING ? toml_text(t, n)
						   : (struct slice){ "", 0 };
}

/* why nothing can be said of it, NULL: it can */
static const char *
unsaid(struct rule *r, const struct toml_node *n)
{
	const struct toml *t = r->block->toml;
	const struct toml_node *trigger, *span;
	uint64_t s;

	trigger = toml_child(t, n, "trigger");
	span = toml_child(t, n, "duration");
	if (r->block->of[0] == 'd')
		return "replies knows providers, but not domains";
	if (!word_is(single(t, toml_child(t, n, "action")), "Suspend"))
		return "replies has no such action";
	if (trigger != NULL && !word_is(single(t, trigger), "Immediate"))
		return "replies acts at the first one that fits";
	if (span == NULL || span_scan(toml_text(t, span), &s) == -1)
		return "no duration";
	span_text(r->time, s);
	return NULL;
}

static void
rule(struct rule *r, const struct toml_node *n)
{
	const struct toml *t = r->block->toml;
	const struct toml_node *re = toml_child(t, n, "regex"), *c;
	const char *bad = unsaid(r, n);
	struct slice what;
	uint32_t i;

	what = single(t, re);
	if (re != NULL && what.n == 0 && re->first != 0)
		what = toml_text(t, toml_node(t, re->first));
	if (bad == NULL && re == NULL)
		bad = "no regex";
	if (bad != NULL) {
		import_left(r->kumo->import, IMPORT_REPLIES, &r->at, what, bad);
		return;
	}
	if (re->kind == TOML_STRING)
		one(r, what);
	for (i = re->first; i != 0; i = c->next) {
		c = toml_node(t, i);
		one(r, toml_text(t, c));
	}
}

void
kumo_automation(struct kumo *k, const struct kumo_block *b,
    const struct toml_node *n)
{
	struct rule r = { .kumo = k, .block = b };
	const struct toml_node *c;
	uint32_t i;

	for (i = n->first; i != 0 && !import_enough(k->import); i = c->next) {
		c = toml_node(b->toml, i);
		r.at = (struct import_at){ b->at.file, c->line };
		rule(&r, c);
	}
}
