#include "sign/arcseal.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/num.h"
#include "dkim/taglist.h"
#include "mail/authres.h"
#include "mail/header.h"
#include "sign/sealnames.h"
#include <string.h>
#include <strings.h>

enum kind { RESULTS, SIGNATURE, SEAL, KINDS };
static const char *const names[KINDS] = { "ARC-Authentication-Results",
	"ARC-Message-Signature", "ARC-Seal" };
static const char *const cv_words[] = { "none", "pass", "fail" };

static int
kind_of(const struct header_field *f)
{
	int k;

	for (k = 0; k < KINDS && !header_is(f, names[k]); k++)
		;
	return k;
}

/*
 * i= of an ARC field, 0: it has none, ARCSEAL_SETS_MAX + 1: more than may be.
 * Results are no tag list, but begin like one.
 */
static unsigned
instance_of(const struct header_field *f)
{
	const char *p = f->value, *end = p + f->value_len;
	struct tag t;
	uint64_t i;
	int r;

	while ((r = taglist_each(&p, end, &t)) != 0) {
		if (r == -1 || t.name_len != 1 || *t.name != 'i')
			continue;
		if (num_scan(t.value, t.value_len, 1, 1024, &i) == -1)
			return 0;
		return i > ARCSEAL_SETS_MAX ? ARCSEAL_SETS_MAX + 1
					    : (unsigned)i;
	}
	return 0;
}

static int
says_fail(const struct header_field *f)
{
	const char *p = f->value, *end = p + f->value_len;
	struct tag t;
	int r;

	while ((r = taglist_each(&p, end, &t)) != 0)
		if (r == 1 && t.name_len == 2 && memcmp(t.name, "cv", 2) == 0)
			return tag_is(&t, "fail");
	return 0;
}

static void
put_body(void *arg, const void *p, size_t n)
{
	digest_add(arg, p, n);
}

int
arcseal_begin(struct arcseal *s, const struct arcseal_who *who,
    const char *header, size_t n)
{
	const char *p = header, *end = header + n;
	enum header_end how;
	struct header_field f;
	unsigned i, newest = 0, sealed = 0;
	int k;

	memset(s, 0, sizeof *s);
	s->who = who;
	s->header = header;
	s->header_len = n;
	while (header_field(&p, end, &f)) {
		k = kind_of(&f);
		i = k == KINDS ? 0 : instance_of(&f);
		if (i > newest)
			newest = i;
		if (k != SEAL || i == 0 || i < sealed)
			continue;
		/* of two seals with one number, one that failed counts */
		if (i > sealed)
			s->plan = ARCSEAL_GO;
		sealed = i;
		if (says_fail(&f))
			s->plan = ARCSEAL_FAILED;
	}
	if (sealed < newest)
		s->plan = ARCSEAL_GO;
	if (newest >= ARCSEAL_SETS_MAX)
		s->plan = ARCSEAL_FULL;
	header_skip(header, n, &how);
	if (how == HEADER_BODY)
		s->plan = ARCSEAL_GARBAGE;
	s->instance = newest + 1;
	digest_init(&s->body);
	canon_body_init(&s->canon, CANON_RELAXED, UINT64_MAX, put_body,
	    &s->body);
	return 0;
}

void
arcseal_body(struct arcseal *s, const char *p, size_t n)
{
	canon_body_feed(&s->canon, p, n);
}

/* ARC-Authentication-Results */

/* the results of our own fields in the order in which they stand */
static int
put_results(struct buf *b, const struct arcseal *s)
{
	const char *p = s->header, *end = p + s->header_len, *v;
	struct header_field f;
	char id[AUTHRES_ID_MAX + 1];
	size_t n, sum = 0;

	while (header_field(&p, end, &f)) {
		if (!header_is(&f, "Authentication-Results") ||
		    authres_id(f.value, f.value_len, id) == -1 ||
		    strcasecmp(id, s->who->id) != 0 ||
		    authres_payload(f.value, f.value_len, &v, &n) == -1 ||
		    n == 0 || ascii_is(v, n, "none") ||
		    n > ARCSEAL_RESULTS_MAX - sum)
			continue;
		if (buf_puts(b, sum == 0 ? "; " : ";\n\t") == -1 ||
		    buf_put(b, v, n) == -1)
			return -1;
		sum += n;
	}
	return buf_puts(b, sum == 0 ? "; none\n" : "\n");
}

static int
make_results(struct arcseal *s)
{
	if (buf_printf(&s->results, "%s: i=%u; %s", names[RESULTS], s->instance,
		s->who->id) == -1)
		return -1;
	return put_results(&s->results, s);
}

/* ARC-Message-Signature */

enum { NAMES_LINE_LEN = 200 };

/* a=; b= as far as it is there: tags stand in the order of the alphabet,
 * and no value is folded where a line has room for it, so that the canonical
 * form is the field on one line, whoever makes it */
static int
put_signature(struct arcseal *s, struct buf *b, const char *bh,
    const struct sealnames *c, const char *b64, size_t n)
{
	const struct arcseal_who *w = s->who;
	size_t column = 0;
	unsigned i;

	if (buf_printf(b, "%s: a=%s;\n\tb=", names[SIGNATURE], w->algorithm) ==
		-1 ||
	    buf_put(b, b64, n) == -1 ||
	    buf_printf(b, ";\n\tbh=%s; c=relaxed/relaxed;\n\td=%s;\n\th=", bh,
		w->domain) == -1)
		return -1;
	for (i = 0; i < c->n; i++) {
		if (i > 0 &&
		    buf_puts(b,
			column + c->len[i] > NAMES_LINE_LEN ? ":\n\t" : ":") ==
			-1)
			return -1;
		if (column + c->len[i] > NAMES_LINE_LEN)
			column = 0;
		if (buf_put(b, c->name[i], c->len[i]) == -1)
			return -1;
		column += c->len[i] + 1;
	}
	/* there are verifiers that look for i= behind a blank, not a TAB */
	return buf_printf(b, "; i=%u;\n\ts=%s; t=%lld\n", s->instance,
	    w->selector, (long long)w->now);
}

/* fields into a hash, one after the other, in canonical form */
static int
add_field(struct digest *d, const char *raw, size_t n, int last)
{
	struct buf b = { 0 };
	size_t len;

	if (canon_header(&b, CANON_RELAXED, raw, n) == -1) {
		buf_free(&b);
		return -1;
	}
	/* the one that is being made has no CRLF (RFC 6376 section 3.7) */
	len = buf_len(&b) - (last ? 2 : 0);
	digest_add(d, buf_data(&b), len);
	buf_free(&b);
	return 0;
}

static int
hash_message(struct arcseal *s, const struct sealnames *c,
    unsigned char hash[DIGEST_LEN])
{
	struct digest d;
	unsigned i;

	digest_init(&d);
	for (i = 0; i < c->n; i++)
		if (c->raw[i] != NULL &&
		    add_field(&d, c->raw[i], c->raw_len[i], 0) == -1)
			return -1;
	if (add_field(&d, buf_data(&s->signature), buf_len(&s->signature), 1) ==
	    -1)
		return -1;
	digest_end(&d, hash);
	return 0;
}

int
arcseal_message(struct arcseal *s, enum arcseal_cv cv,
    unsigned char hash[DIGEST_LEN])
{
	struct sealnames c;
	struct buf bh = { 0 };
	unsigned char body[DIGEST_LEN];
	int r;

	s->cv = cv;
	canon_body_end(&s->canon);
	digest_end(&s->body, body);
	sealnames_choose(&c, s->who->headers, s->header, s->header_len);
	r = base64_put(&bh, body, sizeof body) == -1 ||
		buf_putc(&bh, '\0') == -1 || make_results(s) == -1 ||
		put_signature(s, &s->signature, buf_data(&bh), &c, "", 0) ==
		    -1 ||
		hash_message(s, &c, hash) == -1
	    ? -1
	    : 0;
	buf_free(&bh);
	return r;
}

/* ARC-Seal */

/* RFC 5322 section 2.1.1: a line has 998 bytes, and a signature by RSA of 6000
 * bits or more does not go into one with what stands beside it */
enum { CODE_LINE_LEN = 900 };

static int
put_code(struct buf *b, const char *b64, size_t n)
{
	size_t k;

	for (; n > CODE_LINE_LEN; b64 += k, n -= k) {
		k = CODE_LINE_LEN;
		if (buf_put(b, b64, k) == -1 || buf_puts(b, "\n\t") == -1)
			return -1;
	}
	return buf_put(b, b64, n);
}

/* the signature into the field's empty b= */
static int
insert(struct buf *field, const char *b64, size_t n)
{
	static const char empty[] = "\n\tb=;";
	struct buf b = { 0 };
	const char *p = buf_data(field), *end = p + buf_len(field);
	const char *at = memmem(p, end - p, empty, sizeof empty - 1);

	at += sizeof empty - 2;
	if (buf_put(&b, p, at - p) == -1 || put_code(&b, b64, n) == -1 ||
	    buf_put(&b, at, end - at) == -1) {
		buf_free(&b);
		return -1;
	}
	buf_free(field);
	*field = b;
	return 0;
}

/* the fields of the sets that are there: in a chain that is whole, each
 * number has one of each kind */
static int
hash_sets(const struct arcseal *s, struct digest *d)
{
	struct header_field set[ARCSEAL_SETS_MAX + 1][KINDS], f;
	const char *p = s->header, *end = p + s->header_len;
	unsigned i;
	int k;

	for (i = 0; i <= ARCSEAL_SETS_MAX; i++)
		for (k = 0; k < KINDS; k++)
			set[i][k].raw = NULL;
	while (header_field(&p, end, &f)) {
		k = kind_of(&f);
		i = k == KINDS ? 0 : instance_of(&f);
		if (i > 0 && i <= ARCSEAL_SETS_MAX)
			set[i][k] = f;
	}
	for (i = 1; i <= ARCSEAL_SETS_MAX; i++)
		for (k = 0; k < KINDS; k++)
			if (set[i][k].raw != NULL &&
			    add_field(d, set[i][k].raw, set[i][k].raw_len, 0) ==
				-1)
				return -1;
	return 0;
}

int
arcseal_seal(struct arcseal *s, const char *b64, size_t n,
    unsigned char hash[DIGEST_LEN])
{
	const struct arcseal_who *w = s->who;
	struct digest d;

	if (insert(&s->signature, b64, n) == -1 ||
	    buf_printf(&s->seal,
		"%s: a=%s;\n\tb=; cv=%s;\n\td=%s; i=%u; s=%s;"
		" t=%lld\n",
		names[SEAL], w->algorithm, cv_words[s->cv], w->domain,
		s->instance, w->selector, (long long)w->now) == -1)
		return -1;
	digest_init(&d);
	/* of a chain that failed only the new set is sealed (section 5.1.2) */
	if ((s->cv != ARCSEAL_CV_FAIL && hash_sets(s, &d) == -1) ||
	    add_field(&d, buf_data(&s->results), buf_len(&s->results), 0) ==
		-1 ||
	    add_field(&d, buf_data(&s->signature), buf_len(&s->signature), 0) ==
		-1 ||
	    add_field(&d, buf_data(&s->seal), buf_len(&s->seal), 1) == -1)
		return -1;
	digest_end(&d, hash);
	return 0;
}

int
arcseal_end(struct arcseal *s, const char *b64, size_t n, struct buf *out)
{
	const struct buf *const field[] = { &s->seal, &s->signature,
		&s->results };
	unsigned i;

	if (insert(&s->seal, b64, n) == -1)
		return -1;
	for (i = 0; i < KINDS; i++)
		if (buf_put(out, buf_data(field[i]), buf_len(field[i])) == -1)
			return -1;
	return 0;
}

void
arcseal_free(struct arcseal *s)
{
	buf_free(&s->results);
	buf_free(&s->signature);
	buf_free(&s->seal);
}
