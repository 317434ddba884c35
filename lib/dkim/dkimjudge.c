#include "dkim/dkimjudge.h"
#include "base/ascii.h"
#include "crypt/digest.h"
#include "dkim/dkimkey.h"
#include <stdio.h>
#include <string.h>

/* results */

/* text that may come from outside, made printable */
static void
say(char *out, const char *a, unsigned i, const char *why)
{
	if (a == NULL)
		snprintf(out, DKIMVERIFY_REASON_MAX + 1, "%s", why);
	else
		snprintf(out, DKIMVERIFY_REASON_MAX + 1, "%s i=%u: %s", a, i,
		    why);
	for (; *out != '\0'; out++)
		if (*out < ' ' || *out > '~')
			*out = '?';
}

void
dkimjudge_chain(struct dkimverify *v, enum dkim_result r, const char *part,
    unsigned i, const char *why)
{
	/* the first that is certain counts */
	if (v->arc.result == DKIM_FAIL &&
	    (!v->arc.temperror || r == DKIM_TEMPERROR))
		return;
	v->arc.result = DKIM_FAIL;
	v->arc.temperror = r == DKIM_TEMPERROR;
	say(v->arc.reason, part, i, why);
}

static const char *
part_name(const struct dkimsig *s)
{
	return s->kind == DKIMSIG_AS ? "ARC-Seal" : "ARC-Message-Signature";
}

void
dkimjudge_settle(struct dkimverify *v, struct dkimverify_check *c,
    enum dkim_result r, const char *why)
{
	c->open = 0;
	if (c->sig != NULL) {
		c->sig->result = r;
		say(c->sig->reason, NULL, 0, r == DKIM_PASS ? "" : why);
	} else if (r != DKIM_PASS) {
		dkimjudge_chain(v, r, part_name(&c->tags), c->tags.instance,
		    why);
	}
}

/* keys */

int
dkimverify_want(struct dkimverify *v, struct dnsq *q)
{
	struct dkimverify_check *c;
	unsigned i;

	for (i = v->asking; i < v->n_check; i++) {
		c = &v->check[i];
		/* once a chain has failed for certain, the rest of it does
		 * not matter */
		if (c->sig == NULL && v->arc.result == DKIM_FAIL &&
		    !v->arc.temperror)
			c->open = 0;
		if (!c->open)
			continue;
		v->asking = i;
		if (dkimsig_question(&c->tags, q) == 0)
			return 1;
		dkimjudge_settle(v, c, DKIM_NEUTRAL, "s= and d= make no name");
	}
	v->asking = v->n_check;
	if (v->chain && v->arc.result == DKIM_NONE)
		v->arc.result = DKIM_PASS;
	return 0;
}

/* does the body match?  NULL, or why not */
static const char *
body_differs(const struct dkimverify *v, const struct dkimverify_check *c)
{
	const struct dkimverify_body *b;

	/* a seal has none */
	if (c->tags.kind == DKIMSIG_AS)
		return NULL;
	b = &v->body[c->body];
	if (c->tags.limit != UINT64_MAX && c->tags.limit > b->form.total)
		return "l= is larger than the body";
	return c->tags.bh_len > 0 &&
		digest_equal(c->tags.bh, b->out, c->tags.bh_len)
	    ? NULL
	    : "the body hash differs";
}

/* what it comes to with this key */
static enum dkim_result
try_key(struct dkimverify *v, struct dkimverify_check *c,
    const struct dkimkey *k, const char **why)
{
	int old = c->sig != NULL && (v->flags & DKIMVERIFY_OLD);
	unsigned bits = k->type == DKIMSIG_RSA ? k->rsa.bits : 0;

	*why = dkimkey_unfit(k, &c->tags);
	if (*why != NULL)
		return DKIM_PERMERROR;
	if (c->sig != NULL) {
		c->sig->key_bits = bits;
		c->sig->testing = k->testing;
	}
	*why = body_differs(v, c);
	if (*why != NULL)
		return DKIM_FAIL;
	if (k->type == DKIMSIG_RSA && bits < PUBKEY_RSA_BITS_MIN) {
		*why = "the RSA key is too short";
		return DKIM_POLICY;
	}
	if (bits > PUBKEY_RSA_BITS_MAX) {
		*why = "the RSA key is too long";
		return DKIM_POLICY;
	}
	if (!dkimkey_verify(k, &c->tags, c->hash)) {
		*why = "the signature does not match";
		return DKIM_FAIL;
	}
	if (k->type == DKIMSIG_RSA && bits < DKIMVERIFY_RSA_BITS_MIN && !old) {
		*why = "the RSA key is too short";
		return DKIM_POLICY;
	}
	if (c->tags.hash == PUBKEY_SHA1 && !old) {
		*why = "rsa-sha1 is not taken any more";
		return DKIM_POLICY;
	}
	return DKIM_PASS;
}

/* of several key records the best counts (RFC 6376 section 3.6.2.2) */
static int
rank(enum dkim_result r)
{
	static const enum dkim_result order[] = { DKIM_NONE, DKIM_PERMERROR,
		DKIM_FAIL, DKIM_POLICY, DKIM_PASS };
	int i;

	for (i = 0; order[i] != r; i++)
		;
	return i;
}

/* does c wait for the key that was asked for? */
static int
waits(const struct dkimverify *v, const struct dkimverify_check *c)
{
	const struct dkimsig *a = &v->check[v->asking].tags, *b = &c->tags;

	return c->open &&
	    ascii_same(a->domain, a->domain_len, b->domain, b->domain_len) &&
	    ascii_same(a->selector, a->selector_len, b->selector,
		b->selector_len);
}

static void
try_record(struct dkimverify *v, const struct dnsa *a, unsigned record)
{
	char text[DKIMVERIFY_KEY_MAX + 1];
	struct dkimverify_check *c;
	struct dkimkey key;
	const char *bad, *why;
	enum dkim_result r;
	long n = dnsa_text(a, record, text, sizeof text);
	unsigned i;

	if (n == -1 || n > DKIMVERIFY_KEY_MAX)
		bad = "the key record is damaged or too long";
	else
		bad = dkimkey_parse(&key, text, n);
	for (i = v->asking; i < v->n_check; i++) {
		c = &v->check[i];
		if (!waits(v, c) || c->best == DKIM_PASS)
			continue;
		why = bad;
		r = bad != NULL ? DKIM_PERMERROR : try_key(v, c, &key, &why);
		if (rank(r) > rank(c->best)) {
			c->best = r;
			c->why = why;
		}
	}
}

void
dkimverify_answer(struct dkimverify *v, const struct dnsa *a)
{
	struct dkimverify_check *c;
	enum dkim_result r = DKIM_NONE;
	const char *why = NULL;
	unsigned i;

	if (a->status == DNSA_FAILED) {
		r = DKIM_TEMPERROR;
		why = a->text != NULL ? a->text : "no answer";
	} else if (a->status != DNSA_OK || a->n == 0) {
		r = DKIM_PERMERROR;
		why = "there is no key record";
	}
	for (i = 0; r == DKIM_NONE && i < a->n && i < DKIMVERIFY_RECORDS_MAX;
	     i++)
		try_record(v, a, i);
	for (i = v->asking; i < v->n_check; i++) {
		c = &v->check[i];
		if (!waits(v, c))
			continue;
		dkimjudge_settle(v, c, r == DKIM_NONE ? c->best : r,
		    r == DKIM_NONE ? c->why : why);
	}
}
