#include "dkim/dkimverify.h"
#include "dkim/dkimjudge.h"
#include <string.h>

const char *
dkim_word(enum dkim_result r)
{
	static const char *const word[] = { "none", "pass", "fail", "policy",
		"neutral", "temperror", "permerror" };

	return word[r];
}

void
dkimverify_init(struct dkimverify *v, int64_t now, unsigned flags)
{
	memset(&v->arc, 0, sizeof v->arc);
	v->arc.domain = v->arc.selector = "";
	v->n = v->skipped = v->n_check = v->asking = v->n_body = v->chain = 0;
	v->now = now;
	v->flags = flags;
}

/* the header */

static void
put(void *arg, const void *p, size_t n)
{
	dkimhash_add(arg, p, n);
}

/* where this hash of the body is made; -1: too many different ones */
static int
body_of(struct dkimverify *v, const struct dkimsig *s)
{
	struct dkimverify_body *b;
	unsigned i;

	for (i = 0; i < v->n_body; i++) {
		b = &v->body[i];
		if (b->form.canon == s->body && b->hash.of == s->hash &&
		    b->form.limit == s->limit)
			return (int)i;
	}
	if (v->n_body == DKIMVERIFY_BODIES_MAX)
		return -1;
	b = &v->body[v->n_body];
	dkimhash_init(&b->hash, s->hash);
	canon_body_init(&b->form, s->body, s->limit, put, &b->hash);
	return (int)v->n_body++;
}

/* a field that is a signature: into c, which becomes open unless it is
 * settled already.  0, or -1 with ENOMEM */
static int
check_begin(struct dkimverify *v, struct dkimfields *fields,
    struct dkimverify_check *c)
{
	struct dnsq q;
	int body;

	if (fields->more > 0) {
		dkimjudge_settle(v, c, DKIM_POLICY, "too many header fields");
		return 0;
	}
	if (dkimsig_question(&c->tags, &q) == -1) {
		dkimjudge_settle(v, c, DKIM_NEUTRAL, "s= and d= make no name");
		return 0;
	}
	c->open = 1;
	c->best = DKIM_NONE;
	if (c->tags.kind == DKIMSIG_AS)
		return 0;
	body = body_of(v, &c->tags);
	if (body == -1) {
		dkimjudge_settle(v, c, DKIM_POLICY,
		    "too many different body hashes");
		return 0;
	}
	c->body = (unsigned char)body;
	return dkimfields_hash(fields, &c->tags, c->hash);
}

static int
add_signature(struct dkimverify *v, struct dkimfields *fields,
    const struct header_field *f)
{
	struct dkimverify_check *c = &v->check[v->n_check];
	struct dkim_signature *s = &v->signature[v->n];
	enum dkim_result r;
	const char *why;

	if (v->n == DKIMVERIFY_MAX) {
		v->skipped++;
		return 0;
	}
	v->n++;
	v->n_check++;
	memset(s, 0, sizeof *s);
	c->sig = s;
	r = dkimsig_parse(&c->tags, DKIMSIG_DKIM, f, v->now, &why);
	s->domain = c->tags.domain;
	s->domain_len = c->tags.domain_len;
	s->selector = c->tags.selector;
	s->selector_len = c->tags.selector_len;
	s->identity = c->tags.identity;
	s->identity_len = c->tags.identity_len;
	s->algorithm = c->tags.algorithm;
	s->algorithm_len = c->tags.algorithm_len;
	s->b = c->tags.b;
	s->b_len = c->tags.b_len;
	if (r == DKIM_PASS)
		return check_begin(v, fields, c);
	dkimjudge_settle(v, c, r, why);
	return 0;
}

/* the seals: each signs the sets up to its own (RFC 8617 section 5.1.1) */
static int
hash_seals(const struct arcchain *chain, struct dkimverify_check *newest)
{
	struct dkimhash all, own;
	struct buf set = { 0 }, self = { 0 };
	const struct header_field *f;
	struct dkimverify_check *c;
	unsigned i, part;
	int r = 0;

	dkimhash_init(&all, PUBKEY_SHA256);
	for (i = 1; i <= chain->n && r == 0; i++) {
		buf_clear(&set);
		buf_clear(&self);
		c = newest + (chain->n - i);
		for (part = 0; part < ARC_PARTS && r == 0; part++) {
			f = &chain->set[i - 1][part];
			if (part == ARC_AS) {
				own = all;
				dkimhash_add(&own, buf_data(&set),
				    buf_len(&set));
			}
			r = canon_header(&set, CANON_RELAXED, f->raw,
			    f->raw_len);
		}
		if (r == -1 || (r = dkimsig_self(&self, &c->tags)) == -1)
			break;
		dkimhash_add(&own, buf_data(&self), buf_len(&self));
		dkimhash_end(&own, c->hash);
		dkimhash_add(&all, buf_data(&set), buf_len(&set));
	}
	buf_free(&set);
	buf_free(&self);
	return r;
}

/* read a part of a chain into the next check */
static int
add_part(struct dkimverify *v, struct dkimfields *fields,
    const struct arcchain *chain, unsigned instance, enum arcchain_part part)
{
	const struct header_field *f = &chain->set[instance - 1][part];
	enum dkimsig_kind kind = part == ARC_AS ? DKIMSIG_AS : DKIMSIG_AMS;
	struct dkimverify_check *c = &v->check[v->n_check++];
	enum dkimsig_cv want;
	enum dkim_result r;
	const char *why;

	c->sig = NULL;
	c->open = 0;
	r = dkimsig_parse(&c->tags, kind, f, v->now, &why);
	c->tags.instance = instance;
	want = instance == 1 ? DKIMSIG_CV_NONE : DKIMSIG_CV_PASS;
	if (r == DKIM_PASS && kind == DKIMSIG_AS && c->tags.cv != want) {
		r = DKIM_NEUTRAL;
		why = want == DKIMSIG_CV_NONE ? "cv= is not none"
					      : "cv= is not pass";
	}
	if (r == DKIM_PASS)
		return check_begin(v, fields, c);
	dkimjudge_settle(v, c, r, why);
	return 0;
}

/* the newest seal says of whom the chain is, and whether it has ended */
static void
read_newest(struct dkimverify *v, const struct arcchain *chain)
{
	const struct header_field *f;
	struct dkimsig s;
	const char *why;

	if (chain->n == 0)
		return;
	f = &chain->set[chain->n - 1][ARC_AS];
	if (f->raw == NULL)
		return;
	dkimsig_parse(&s, DKIMSIG_AS, f, v->now, &why);
	v->arc.ended = s.cv == DKIMSIG_CV_FAIL;
	v->arc.domain = s.domain;
	v->arc.domain_len = s.domain_len;
	v->arc.selector = s.selector;
	v->arc.selector_len = s.selector_len;
}

/* RFC 8617 section 5.2, as far as it goes without keys */
static int
add_chain(struct dkimverify *v, struct dkimfields *fields,
    const struct arcchain *chain)
{
	struct dkimverify_check *newest;
	unsigned i;

	if (chain->n == 0 && chain->why == NULL)
		return 0;
	v->arc.instances = chain->n;
	read_newest(v, chain);
	if (v->arc.ended)
		dkimjudge_chain(v, DKIM_FAIL, "ARC-Seal", chain->n,
		    "says that the chain is broken");
	else if (chain->why != NULL)
		dkimjudge_chain(v, DKIM_FAIL, NULL, 0, chain->why);
	if (v->arc.result != DKIM_NONE)
		return 0;
	v->chain = 1;
	if (add_part(v, fields, chain, chain->n, ARC_AMS) == -1)
		return -1;
	newest = &v->check[v->n_check];
	for (i = chain->n; i > 0; i--)
		if (add_part(v, fields, chain, i, ARC_AS) == -1)
			return -1;
	return v->arc.result == DKIM_NONE ? hash_seals(chain, newest) : 0;
}

int
dkimverify_header(struct dkimverify *v, const char *header, size_t n)
{
	struct dkimfields fields = { 0 };
	struct arcchain chain = { 0 };
	const struct header_field *f;
	size_t i;
	int r = dkimfields_read(&fields, header, n);

	for (i = 0; r == 0 && i < fields.n; i++) {
		f = &fields.field[i].f;
		if (!(v->flags & DKIMVERIFY_NO_DKIM) &&
		    header_is(f, "dkim-signature"))
			r = add_signature(v, &fields, f);
		else if (!(v->flags & DKIMVERIFY_NO_ARC))
			arcchain_add(&chain, f);
	}
	arcchain_end(&chain);
	if (r == 0)
		r = add_chain(v, &fields, &chain);
	dkimfields_free(&fields);
	return r;
}

/* the body */

int
dkimverify_needs_body(const struct dkimverify *v)
{
	return v->n_body > 0;
}

void
dkimverify_body(struct dkimverify *v, const char *p, size_t n)
{
	unsigned i;

	for (i = 0; i < v->n_body; i++)
		canon_body_feed(&v->body[i].form, p, n);
}

void
dkimverify_end(struct dkimverify *v)
{
	struct dkimverify_body *b;
	struct dkimverify_check *c;
	unsigned i;

	for (i = 0; i < v->n_body; i++) {
		b = &v->body[i];
		canon_body_end(&b->form);
		dkimhash_end(&b->hash, b->out);
	}
	for (i = 0; i < v->n_check; i++) {
		c = &v->check[i];
		if (c->open && c->sig != NULL)
			c->sig->partial =
			    c->tags.limit < v->body[c->body].form.total;
	}
}
