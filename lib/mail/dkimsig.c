#include "mail/dkimsig.h"
#include "base/base64.h"
#include "mail/idn.h"
#include "mail/taglist.h"
#include <string.h>
#include <strings.h>

enum {
	BYTES_MAX = 2048, /* of b=: RSA of 8192 bits makes 1024 */
	DOMAIN_MAX = 253
};

/* what is being read */
struct reader {
	struct dkimsig *s;
	const struct taglist *tags;
	const char *why;
};

/* ---- pieces ---- */

static int
domain_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || (c & 0x80);
}

/* a domain of at least `labels` labels: A-labels or U-labels (RFC 8616
 * section 4), and underscores, which selectors are seen to have */
static int
domain_ok(const char *p, size_t n, unsigned labels)
{
	size_t i, len = 0;
	unsigned have = 1;

	for (i = 0; i < n; i++) {
		if (p[i] == '.') {
			if (len == 0)
				return 0;
			have++;
			len = 0;
		} else if (!domain_byte(p[i]) || ++len > 63) {
			return 0;
		}
	}
	return len > 0 && n <= DOMAIN_MAX && have >= labels;
}

/* is a within b?  0 no, 1 it is the same, 2 it is below */
static int
within(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len < b_len ||
	    strncasecmp(a + (a_len - b_len), b, b_len) != 0)
		return 0;
	if (a_len == b_len)
		return 1;
	return a[a_len - b_len - 1] == '.' ? 2 : 0;
}

/* the same, whether written in U-labels or in A-labels */
static int
within_any(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char a_ascii[DOMAIN_MAX + 1], b_ascii[DOMAIN_MAX + 1];
	int r = within(a, a_len, b, b_len);

	if (r != 0 || (!idn_needed(a, a_len) && !idn_needed(b, b_len)) ||
	    idn_ascii(a, a_len, a_ascii) == -1 ||
	    idn_ascii(b, b_len, b_ascii) == -1)
		return r;
	return within(a_ascii, strlen(a_ascii), b_ascii, strlen(b_ascii));
}

/* 0, or -1 when it is no number; what is larger than max becomes max, for
 * the grammar allows more digits than fit anywhere */
static int
number(const struct tag *t, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < t->value_len; i++) {
		if (t->value[i] < '0' || t->value[i] > '9')
			return -1;
		v = v > (max - (t->value[i] - '0')) / 10 ? max :
		    v * 10 + (t->value[i] - '0');
	}
	*out = v;
	return t->value_len > 0 ? 0 : -1;
}

/* ---- tags, one by one: 0, or -1 with why ---- */

static int
bad(struct reader *r, const char *why)
{
	r->why = why;
	return -1;
}

static int
read_algorithm(struct reader *r, const struct tag *t)
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
	return s->kind == DKIMSIG_DKIM ? 0 :
	    bad(r, "rsa-sha1 cannot be used for ARC");
}

/* one half of c=; -1 when it is unknown */
static int
canon_of(const char *p, size_t n)
{
	if (n == 6 && strncasecmp(p, "simple", 6) == 0)
		return CANON_SIMPLE;
	if (n == 7 && strncasecmp(p, "relaxed", 7) == 0)
		return CANON_RELAXED;
	return -1;
}

static int
read_canon(struct reader *r, const struct tag *t)
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
read_hash(struct reader *r, const struct tag *t)
{
	struct dkimsig *s = r->s;
	unsigned char out[BYTES_MAX];
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
read_b(struct reader *r, const struct tag *t)
{
	struct dkimsig *s = r->s;
	unsigned char out[BYTES_MAX];
	const char *end = s->raw + s->raw_len;

	if (end > s->raw && end[-1] == '\n')
		end--;
	s->b_from = (const char *)memchr(t->name, '=', end - t->name) + 1;
	s->b_to = memchr(s->b_from, ';', end - s->b_from);
	if (s->b_to == NULL)
		s->b_to = end;
	return dkimsig_bytes(s, out, sizeof out) > 0 ? 0 :
	    bad(r, "b= is no base64");
}

static int
read_identity(struct reader *r, const struct tag *t)
{
	struct dkimsig *s = r->s;
	const char *at = memrchr(t->value, '@', t->value_len);
	size_t n;
	int how;

	if (at == NULL)
		return bad(r, "i= has no domain");
	n = t->value_len - (++at - t->value);
	how = domain_ok(at, n, 1) ?
	    within_any(at, n, s->domain, s->domain_len) : 0;
	s->below = how == 2;
	return how > 0 ? 0 : bad(r, "i= is not within d=");
}

static int
read_instance(struct reader *r, const struct tag *t)
{
	uint64_t v;

	if (number(t, 1000, &v) == -1 || v < 1 || t->value_len > 2)
		return bad(r, "i= is no instance number");
	r->s->instance = (unsigned)v;
	return 0;
}

static int
read_i(struct reader *r, const struct tag *t)
{
	return r->s->kind == DKIMSIG_DKIM ? read_identity(r, t) :
					    read_instance(r, t);
}

static int
read_limit(struct reader *r, const struct tag *t)
{
	if (r->s->kind == DKIMSIG_AS)
		return 0;
	return number(t, UINT64_MAX - 1, &r->s->limit) == 0 ? 0 :
	    bad(r, "l= is no number");
}

static int
read_query(struct reader *r, const struct tag *t)
{
	const char *p = t->value, *item;
	size_t n;

	if (r->s->kind == DKIMSIG_AS)
		return 0;
	while (tag_item(&p, t->value + t->value_len, &item, &n))
		if (n == 7 && strncasecmp(item, "dns/txt", 7) == 0)
			return 0;
	return bad(r, "q= has no known query method");
}

static int
read_cv(struct reader *r, const struct tag *t)
{
	enum dkimsig_cv *cv = &r->s->cv;

	if (r->s->kind != DKIMSIG_AS)
		return 0;
	*cv = DKIMSIG_CV_NONE;
	if (tag_is(t, "none"))
		return 0;
	*cv = tag_is(t, "pass") ? DKIMSIG_CV_PASS : DKIMSIG_CV_FAIL;
	return *cv == DKIMSIG_CV_PASS || tag_is(t, "fail") ? 0 :
	    bad(r, "cv= is no known result");
}

static int
read_domain(struct reader *r, const struct tag *t)
{
	return domain_ok(t->value, t->value_len, 2) ? 0 :
	    bad(r, "d= is no domain");
}

static int
read_selector(struct reader *r, const struct tag *t)
{
	return domain_ok(t->value, t->value_len, 1) ? 0 :
	    bad(r, "s= is no selector");
}

static int
read_version(struct reader *r, const struct tag *t)
{
	if (r->s->kind != DKIMSIG_DKIM)
		return 0; /* RFC 8617 section 4.1.2: ignored */
	return t->value_len == 1 && *t->value == '1' ? 0 :
	    bad(r, "v= is no known version");
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
read_names(struct reader *r, const struct tag *t)
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
		if (r->s->kind == DKIMSIG_AMS && n == 8 &&
		    strncasecmp(item, "arc-seal", 8) == 0)
			return bad(r, "h= has ARC-Seal");
	}
	return 0;
}

/* in the order in which they are looked at; needed: a bit for each kind */
enum { DKIM = 1 << DKIMSIG_DKIM, AMS = 1 << DKIMSIG_AMS, AS = 1 << DKIMSIG_AS };
static const struct {
	const char *name;
	unsigned needed;
	int (*read)(struct reader *, const struct tag *);
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

/* ---- the whole ---- */

static void
slice(const struct taglist *l, const char *name, const char **p, size_t *n)
{
	const struct tag *t = taglist_find(l, name);

	*p = t == NULL ? "" : t->value;
	*n = t == NULL ? 0 : t->value_len;
}

static int
read_tags(struct reader *r)
{
	const struct tag *t;
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		t = taglist_find(r->tags, known[i].name);
		if (t == NULL && (known[i].needed & 1u << r->s->kind))
			return bad(r, known[i].missing);
		if (t != NULL && known[i].read(r, t) == -1)
			return -1;
	}
	return 0;
}

/* are these seconds sound, and is it between them? */
static enum dkim_result
judge_times(struct reader *r, int64_t now)
{
	const struct tag *t = taglist_find(r->tags, "t");
	const struct tag *x = taglist_find(r->tags, "x");
	uint64_t made = 0, ends = INT64_MAX;

	if (r->s->kind == DKIMSIG_AS)
		x = NULL; /* a seal has none */
	if (t != NULL && number(t, INT64_MAX, &made) == -1) {
		r->why = "t= is no time";
		return DKIM_NEUTRAL;
	}
	if (x != NULL && number(x, INT64_MAX, &ends) == -1) {
		r->why = "x= is no time";
		return DKIM_NEUTRAL;
	}
	if (x != NULL && t != NULL && ends <= made) {
		r->why = "x= is not after t=";
		return DKIM_NEUTRAL;
	}
	if (now > (int64_t)ends) {
		r->why = "expired";
		return DKIM_FAIL;
	}
	if ((int64_t)made > now + DKIMSIG_SKEW_S) {
		r->why = "t= is in the future";
		return DKIM_FAIL;
	}
	return DKIM_PASS;
}

/* is From signed (RFC 6376 section 5.4), and not too much? */
static enum dkim_result
judge_names(struct reader *r)
{
	const char *p = r->s->h, *item;
	unsigned count = 0, from = r->s->kind != DKIMSIG_DKIM;
	size_t n;

	while (tag_item(&p, r->s->h + r->s->h_len, &item, &n)) {
		count++;
		if (n == 4 && strncasecmp(item, "from", 4) == 0)
			from = 1;
	}
	if (!from) {
		r->why = "From is not signed";
		return DKIM_PERMERROR;
	}
	if (count > DKIMSIG_NAMES_MAX) {
		r->why = "too many names in h=";
		return DKIM_POLICY;
	}
	return DKIM_PASS;
}

enum dkim_result
dkimsig_parse(struct dkimsig *s, enum dkimsig_kind kind,
    const struct header_field *f, int64_t now, const char **why)
{
	struct taglist tags;
	struct reader r = { s, &tags, "" };
	int broken = taglist_parse(&tags, f->value, f->value_len) == -1;
	enum dkim_result result = DKIM_NEUTRAL, again;

	memset(s, 0, sizeof *s);
	s->kind = kind;
	s->raw = f->raw;
	s->raw_len = f->raw_len;
	s->b_from = s->b_to = f->raw + f->raw_len;
	s->limit = UINT64_MAX;
	s->header = kind == DKIMSIG_AS ? CANON_RELAXED : CANON_SIMPLE;
	slice(&tags, "d", &s->domain, &s->domain_len);
	slice(&tags, "s", &s->selector, &s->selector_len);
	slice(&tags, "i", &s->identity, &s->identity_len);
	slice(&tags, "a", &s->algorithm, &s->algorithm_len);
	slice(&tags, "h", &s->h, &s->h_len);
	slice(&tags, "b", &s->b, &s->b_len);
	if (broken)
		r.why = "no list of tags";
	else if (read_tags(&r) == 0)
		result = judge_names(&r);
	if (result != DKIM_NEUTRAL) {
		again = judge_times(&r, now);
		if (result == DKIM_PASS || again == DKIM_NEUTRAL)
			result = again;
	}
	*why = r.why;
	return result;
}

long
dkimsig_bytes(const struct dkimsig *s, unsigned char *out, size_t cap)
{
	return base64_get(s->b, s->b_len, out, cap);
}

/* a part of the name of a key; *p moves on */
static int
put_part(char **p, const char *part, size_t n)
{
	char ascii[DOMAIN_MAX + 1];

	if (n > DOMAIN_MAX)
		return -1;
	if (idn_needed(part, n)) {
		if (idn_ascii(part, n, ascii) == -1)
			return -1;
		part = ascii;
		n = strlen(ascii);
	}
	memcpy(*p, part, n);
	*p += n;
	return 0;
}

int
dkimsig_question(const struct dkimsig *s, struct dnsq *q)
{
	static const char middle[] = "._domainkey.";
	char name[2 * DOMAIN_MAX + sizeof middle], *p = name;

	if (put_part(&p, s->selector, s->selector_len) == -1)
		return -1;
	memcpy(p, middle, sizeof middle - 1);
	p += sizeof middle - 1;
	if (put_part(&p, s->domain, s->domain_len) == -1)
		return -1;
	q->type = DNSQ_TXT;
	return dnsq_name(q, name, p - name);
}

int
dkimsig_self(struct buf *out, const struct dkimsig *s)
{
	struct buf b = { 0 };
	int r = -1;

	if (buf_put(&b, s->raw, s->b_from - s->raw) == 0 &&
	    buf_put(&b, s->b_to, s->raw + s->raw_len - s->b_to) == 0 &&
	    canon_header(out, s->header, buf_data(&b), buf_len(&b)) == 0) {
		out->end -= 2; /* CRLF */
		r = 0;
	}
	buf_free(&b);
	return r;
}
