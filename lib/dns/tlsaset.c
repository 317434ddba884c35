#include "dns/tlsaset.h"
#include "base/ascii.h"
#include "crypt/digest.h"
#include <string.h>

/* RFC 6698 section 7 */
enum { TA = 2, EE = 3, SPKI = 1, WHOLE = 0, SHA256 = 1, SHA512 = 2 };

/* the length of such a digest; 0: it is none */
static size_t
digest_len(unsigned matching)
{
	return matching == SHA256 ? 32 : matching == SHA512 ? 64 : 0;
}

/* is it one that SMTP uses?  RFC 7672 section 3.1.3: no 0 and 1 */
static int
is_used(unsigned usage, unsigned selector)
{
	return (usage == TA || usage == EE) && selector <= SPKI;
}

/* strong ones first; nothing in a record is left to chance */
static int
compare(const struct tlsaset_record *a, const struct tlsaset_record *b)
{
	if (a->usage != b->usage)
		return a->usage > b->usage ? -1 : 1;
	if (a->selector != b->selector)
		return a->selector > b->selector ? -1 : 1;
	if (a->matching != b->matching)
		return a->matching > b->matching ? -1 : 1;
	return memcmp(a->digest, b->digest, a->len);
}

/* into its place; of too many the last goes */
static void
insert(struct tlsaset *s, const struct tlsaset_record *r)
{
	unsigned i;
	int c = 1;

	for (i = 0; i < s->n && (c = compare(&s->r[i], r)) < 0; i++)
		;
	if (i < s->n && c == 0) {
		s->r[i].whole |= r->whole;
		return;
	}
	if (i == TLSA_RECORDS_MAX)
		return;
	if (s->n < TLSA_RECORDS_MAX)
		s->n++;
	memmove(s->r + i + 1, s->r + i, (s->n - 1 - i) * sizeof *r);
	s->r[i] = *r;
}

void
tlsaset_add(struct tlsaset *s, const unsigned char *p, size_t n)
{
	struct tlsaset_record r = { 0 };
	struct digest d;

	s->n_seen++;
	if (n <= 3 || n > TLSA_DATA_MAX || !is_used(p[0], p[1]))
		return;
	r.usage = p[0];
	r.selector = p[1];
	r.matching = p[2];
	if (r.matching == WHOLE) {
		digest_init(&d);
		digest_add(&d, p + 3, n - 3);
		digest_end(&d, r.digest);
		r.matching = SHA256;
		r.whole = 1;
	} else if (n - 3 == digest_len(r.matching)) {
		memcpy(r.digest, p + 3, n - 3);
	} else {
		return;
	}
	r.len = (unsigned char)digest_len(r.matching);
	insert(s, &r);
}

/* is there a stronger digest in place of this one? */
static int
is_weaker(const struct tlsaset *s, const struct tlsaset_record *r)
{
	unsigned i;

	for (i = 0; i < s->n && r->matching == SHA256 && !r->whole; i++)
		if (s->r[i].usage == r->usage &&
		    s->r[i].selector == r->selector &&
		    s->r[i].matching == SHA512)
			return 1;
	return 0;
}

void
tlsaset_finish(struct tlsaset *s)
{
	struct tlsaset out = { .n_seen = s->n_seen };
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (!is_weaker(s, &s->r[i]))
			out.r[out.n++] = s->r[i];
	*s = out;
}

int
tlsaset_put(struct buf *b, const struct tlsaset *s)
{
	char hex[2 * TLSA_DIGEST_MAX];
	const struct tlsaset_record *r;
	unsigned i;

	for (r = s->r; r < s->r + s->n; r++) {
		for (i = 0; i < r->len; i++)
			ascii_hex(hex + 2 * i, r->digest[i]);
		if (buf_printf(b, "%s%u.%u.%u.%.*s", r == s->r ? "" : ",",
			r->usage, r->selector, r->matching, 2 * r->len,
			hex) == -1)
			return -1;
	}
	return 0;
}

/* one of them, up to its comma: the bytes that were taken, or 0 */
static size_t
scan_one(struct tlsaset_record *r, const char *p, size_t n)
{
	int high, low;
	size_t i;

	if (n < 6 || p[1] != '.' || p[3] != '.' || p[5] != '.')
		return 0;
	memset(r, 0, sizeof *r);
	r->usage = (unsigned char)(p[0] - '0');
	r->selector = (unsigned char)(p[2] - '0');
	r->matching = (unsigned char)(p[4] - '0');
	r->len = (unsigned char)digest_len(r->matching);
	if (!is_used(r->usage, r->selector) || r->len == 0 ||
	    n < 6 + 2 * (size_t)r->len)
		return 0;
	for (i = 0; i < r->len; i++) {
		high = ascii_hex_value(p[6 + 2 * i]);
		low = ascii_hex_value(p[7 + 2 * i]);
		if (high == -1 || low == -1)
			return 0;
		r->digest[i] = (unsigned char)(high << 4 | low);
	}
	return 6 + 2 * (size_t)r->len;
}

int
tlsaset_scan(struct tlsaset *s, const char *p, size_t n)
{
	size_t k;

	memset(s, 0, sizeof *s);
	for (; n > 0 && s->n < TLSA_RECORDS_MAX; p += k, n -= k) {
		k = scan_one(&s->r[s->n], p, n);
		if (k == 0)
			return -1;
		s->n++;
		if (k == n)
			break;
		if (p[k++] != ',' || k == n || s->n == TLSA_RECORDS_MAX)
			return -1;
	}
	s->n_seen = s->n;
	return s->n == 0 ? -1 : 0;
}
