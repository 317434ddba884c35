#include "dkim/tags.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "dkim/dkimname.h"
#include <string.h>

enum { DKIMTAGS_BYTES_MAX = 2048 }; /* of b=: RSA of 8192 bits makes 1024 */

int
dkimtags_number(const struct tag *t, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	unsigned digit;
	size_t i;

	for (i = 0; i < t->value_len; i++) {
		if (t->value[i] < '0' || t->value[i] > '9')
			return -1;
		digit = t->value[i] - '0';
		v = digit > max || v > (max - digit) / 10 ? max
							  : v * 10 + digit;
	}
	*out = v;
	return t->value_len > 0 ? 0 : -1;
}

/* tags, one by one: 0, or -1 with why */

static int
bad(struct dkimtags *r, const char *why)
{
	r->why = why;
	return -1;
}

static int
read_algorithm(struct dkimtags *r, const struct tag *t)
{
	struct dkimsig *s = r->s;

	s->hash = PUBKEY_SHA256;
	s->key = DKIMSIG_RSA;
	if (tag_is(t, "rsa-sha256"))
		return 0;
	if (tag_is(t, "ed25519-sha256")) {
		s->key = DKIMSIG_ED25519;
		return 0;
	}
	if (!tag_is(t, "rsa-sha1"))
		return bad(r, "a= is no known algorithm");
	s->hash = PUBKEY_SHA1;
	/* came after RFC 8301 */
	return s->kind == DKIMSIG_DKIM
	    ? 0
	    : bad(r, "rsa-sha1 cannot be used for ARC");
}

/* one half of c=; -1 when it is unknown */
static int
canon_of(const char *p, size_t n)
{
	if (ascii_is(p, n, "simple"))
		return CANON_SIMPLE;
	if (ascii_is(p, n, "relaxed"))
		return CANON_RELAXED;
	return -1;
}

static int
read_canon(struct dkimtags *r, const struct tag *t)
{
	const char *slash = memchr(t->value, '/', t->value_len);
	size_t n = slash == NULL ? t->value_len : (size_t)(slash - t->value);
	int header = canon_of(t->value, n), body = CANON_SIMPLE;

	if (slash != NULL)
		body = canon_of(slash + 1, t->value_len - n - 1);
	if (header == -1 || body == -1)
		return bad(r, "c= is no known canonicalization");
	/* a seal has no c= (RFC 8617 section 4.1.3) */
	if (r->s->kind != DKIMSIG_AS) {
		r->s->header = header;
		r->s->body = body;
	}
	return 0;
}

static int
read_hash(struct dkimtags *r, const struct tag *t)
{
	struct dkimsig *s = r->s;
	unsigned char out[DKIMTAGS_BYTES_MAX];
	long n;

	if (s->kind == DKIMSIG_AS)
		return 0; /* as any tag that is not known */
	n = base64_get(t->value, t->value_len, out, sizeof out);
	if (n < 1)
		return bad(r, "bh= is no base64");
	if (n == (s->hash == PUBKEY_SHA1 ? 20 : 32)) {
		memcpy(s->bh, out, n);
		s->bh_len = (unsigned)n;
	}
	return 0;
}

static int
read_b(struct dkimtags *r, const struct tag *t)
{
	unsigned char out[DKIMTAGS_BYTES_MAX];

	return base64_get(t->value, t->value_len, out, sizeof out) > 0
	    ? 0
	    : bad(r, "b= is no base64");
}

static int
read_identity(struct dkimtags *r, const struct tag *t)
{
	struct dkimsig *s = r->s;
	char id[DKIMSIG_IDENTITY_MAX], *at;
	long n =
	    dkimname_unquote(t->value, t->value + t->value_len, id, sizeof id);
	int how;

	if (n == -1)
		return bad(r, "i= is too long");
	at = memrchr(id, '@', n);
	if (at == NULL)
		return bad(r, "i= has no domain");
	n -= ++at - id;
	how = dkimname_ok(at, n, 1)
	    ? dkimname_within(at, n, s->domain, s->domain_len)
	    : 0;
	s->below = how == 2;
	return how > 0 ? 0 : bad(r, "i= is not within d=");
}

static int
read_instance(struct dkimtags *r, const struct tag *t)
{
	uint64_t v;

	if (dkimtags_number(t, 1000, &v) == -1 || v < 1 || t->value_len > 2)
		return bad(r, "i= is no instance number");
	r->s->instance = (unsigned)v;
	return 0;
}

static int
read_i(struct dkimtags *r, const struct tag *t)
{
	return r->s->kind == DKIMSIG_DKIM ? read_identity(r, t)
					  : read_instance(r, t);
}

static int
read_limit(struct dkimtags *r, const struct tag *t)
{
	if (r->s->kind == DKIMSIG_AS)
		return 0;
	return dkimtags_number(t, UINT64_MAX - 1, &r->s->limit) == 0
	    ? 0
	    : bad(r, "l= is no number");
}

static int
read_query(struct dkimtags *r, const struct tag *t)
{
	const char *p = t->value, *item;
	size_t n;

	if (r->s->kind == DKIMSIG_AS)
		return 0;
	while (tag_item(&p, t->value + t->value_len, &item, &n))
		if (ascii_is(item, n, "dns/txt"))
			return 0;
	return bad(r, "q= has no known query method");
}

static int
read_cv(struct dkimtags *r, const struct tag *t)
{
	enum dkimsig_cv *cv = &r->s->cv;

	if (r->s->kind != DKIMSIG_AS)
		return 0;
	if (tag_is(t, "pass"))
		*cv = DKIMSIG_CV_PASS;
	else if (tag_is(t, "fail"))
		*cv = DKIMSIG_CV_FAIL;
	else if (!tag_is(t, "none"))
		return bad(r, "cv= is no known result");
	return 0;
}

static int
read_domain(struct dkimtags *r, const struct tag *t)
{
	return dkimname_ok(t->value, t->value_len, 2)
	    ? 0
	    : bad(r, "d= is no domain");
}

static int
read_selector(struct dkimtags *r, const struct tag *t)
{
	return dkimname_ok(t->value, t->value_len, 1)
	    ? 0
	    : bad(r, "s= is no selector");
}

static int
read_version(struct dkimtags *r, const struct tag *t)
{
	if (r->s->kind != DKIMSIG_DKIM)
		return 0; /* RFC 8617 section 4.1.2: ignored */
	/* VIOLATIONS.md: DKIM-DRAFTS */
	return t->value_len == 1 && *t->value == '1'
	    ? 0
	    : bad(r, "v= is no known version");
}

/* bytes of a field's name (RFC 5322 section 2.2) */
static int
name_ok(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] == 0x7f || (p[i] & 0x80))
			return 0;
	return n > 0;
}

static int
read_names(struct dkimtags *r, const struct tag *t)
{
	const char *p = t->value, *item;
	size_t n;

	if (r->s->kind == DKIMSIG_AS)
		return bad(r, "h= in a seal");
	while (tag_item(&p, t->value + t->value_len, &item, &n)) {
		/* signers of ARC are seen to leave gaps */
		if (n == 0 && r->s->kind == DKIMSIG_AMS)
			continue;
		if (!name_ok(item, n))
			return bad(r, "h= is no list of names");
		/* RFC 8617 section 4.1.2 */
		if (r->s->kind == DKIMSIG_AMS && ascii_is(item, n, "arc-seal"))
			return bad(r, "h= has ARC-Seal");
	}
	return 0;
}

/* in the order in which they are looked at; needed: a bit for each kind */
enum { DKIM = 1 << DKIMSIG_DKIM, AMS = 1 << DKIMSIG_AMS, AS = 1 << DKIMSIG_AS };
static const struct {
	const char *name;
	unsigned needed;
	int (*look)(struct dkimtags *, const struct tag *);
	const char *missing;
} known[] = {
	{ "v", DKIM, read_version, "no v=" },
	{ "d", DKIM | AMS | AS, read_domain, "no d=" },
	{ "s", DKIM | AMS | AS, read_selector, "no s=" },
	{ "a", DKIM | AMS | AS, read_algorithm, "no a=" },
	{ "b", DKIM | AMS | AS, read_b, "no b=" },
	{ "bh", DKIM | AMS, read_hash, "no bh=" },
	{ "h", DKIM | AMS, read_names, "no h=" },
	{ "i", AMS | AS, read_i, "no i=" },
	{ "cv", AS, read_cv, "no cv=" },
	{ "c", 0, read_canon, NULL },
	{ "l", 0, read_limit, NULL },
	{ "q", 0, read_query, NULL },
};

int
dkimtags_read(struct dkimtags *r)
{
	const struct tag *t;
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		t = taglist_find(r->tags, known[i].name);
		if (t == NULL && (known[i].needed & 1u << r->s->kind))
			return bad(r, known[i].missing);
		if (t != NULL && known[i].look(r, t) == -1)
			return -1;
	}
	return 0;
}
