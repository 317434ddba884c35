#include "queue/idemline.h"
#include "base/ascii.h"
#include "crypt/digest.h"
#include "format/parcel.h"
#include <string.h>

/* a value and its length, so that no two lists of values look alike */
static void
add(struct digest *d, const struct parcel_line *l)
{
	uint32_t n = (uint32_t)l->value_len;
	unsigned char len[4] = { n >> 24, n >> 16 & 255, n >> 8 & 255,
		n & 255 };

	digest_add(d, len, sizeof len);
	digest_add(d, l->value, n);
}

static void
hex_put(char *out, const unsigned char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		ascii_hex(out + 2 * i, p[i]);
}

/* n bytes of 2 n digits; 0, or -1: there are others */
static int
hex_get(unsigned char *out, const char *p, size_t n)
{
	int high, low;
	size_t i;

	for (i = 0; i < n; i++) {
		high = ascii_hex_value(p[2 * i]);
		low = ascii_hex_value(p[2 * i + 1]);
		if (high == -1 || low == -1)
			return -1;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

static uint64_t
number(const unsigned char b[8])
{
	uint64_t u = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		u = u << 8 | b[i];
	return u;
}

/* what a key is made of: the best there is to know of its sender */
struct parts {
	struct parcel_line key, sum, tenant, user, uid, client;
};

static void
find_parts(struct parts *s, const char *p, const char *end)
{
	struct parcel_line l;

	while (p < end && parcel_next(&p, end, &l) == 1) {
		if (parcel_is(&l, "key"))
			s->key = l;
		else if (parcel_is(&l, "key-sum"))
			s->sum = l;
		else if (parcel_is(&l, "tenant"))
			s->tenant = l;
		else if (parcel_is(&l, "user"))
			s->user = l;
		else if (parcel_is(&l, "uid"))
			s->uid = l;
		else if (parcel_is(&l, "client"))
			s->client = l;
	}
}

int
idem_key(struct idem_key *k, const char *env, size_t n)
{
	unsigned char sum[IDEM_SUM_DIGITS / 2], out[DIGEST_LEN];
	struct parts s = { 0 };
	const struct parcel_line *who;
	struct digest d;

	find_parts(&s, env, env + n);
	if (s.key.key == NULL)
		return 0;
	who = s.user.key != NULL ? &s.user
	    : s.uid.key != NULL  ? &s.uid
				 : &s.client;
	digest_init(&d);
	digest_add(&d, who == &s.user ? "u" : who == &s.uid ? "i" : "c", 1);
	add(&d, who);
	add(&d, &s.tenant);
	add(&d, &s.key);
	digest_end(&d, out);
	memcpy(k->of, out, IDEM_KEY_LEN);
	k->has_sum = s.sum.value_len == IDEM_SUM_DIGITS &&
	    hex_get(sum, s.sum.value, sizeof sum) == 0;
	k->sum = k->has_sum ? number(sum) : 0;
	return 1;
}

size_t
idem_line_put(char out[IDEM_LINE_LEN], const struct idem_key *k, const char *id)
{
	unsigned char sum[8];
	char *p = out;
	unsigned i;

	*p++ = IDEM_PENDING;
	*p++ = ' ';
	hex_put(p, k->of, IDEM_KEY_LEN);
	p += 2 * IDEM_KEY_LEN;
	*p++ = ' ';
	memcpy(p, id, NAME_LEN);
	p += NAME_LEN;
	*p++ = ' ';
	if (k->has_sum) {
		for (i = 0; i < 8; i++)
			sum[i] = (unsigned char)(k->sum >> (56 - 8 * i));
		hex_put(p, sum, sizeof sum);
		p += IDEM_SUM_DIGITS;
	} else {
		*p++ = '-';
	}
	*p++ = '\n';
	return (size_t)(p - out);
}

/* what follows the blank behind P, n bytes; 0, or -1: it is none */
static int
pending(struct idem_key *k, const char **id, const char *p, size_t n)
{
	enum { SHORT = 2 * IDEM_KEY_LEN + 1 + NAME_LEN + 1 + 1 };
	unsigned char sum[IDEM_SUM_DIGITS / 2];

	if (n != SHORT && n != SHORT - 1 + IDEM_SUM_DIGITS)
		return -1;
	if (hex_get(k->of, p, IDEM_KEY_LEN) == -1 || p[2 * IDEM_KEY_LEN] != ' ')
		return -1;
	p += 2 * IDEM_KEY_LEN + 1;
	if (name_check(p, NAME_LEN) == -1 || p[NAME_LEN] != ' ')
		return -1;
	*id = p;
	p += NAME_LEN + 1;
	k->has_sum = n != SHORT;
	k->sum = 0;
	if (!k->has_sum)
		return *p == '-' ? 0 : -1;
	if (hex_get(sum, p, sizeof sum) == -1)
		return -1;
	k->sum = number(sum);
	return 0;
}

enum idem_kind
idem_line_next(const char *p, size_t n, struct idem_key *k, const char **id,
    size_t *used)
{
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n);
	size_t len;

	*used = 0;
	if (lf == NULL)
		return IDEM_MORE;
	len = (size_t)(lf - p);
	*used = len + 1;
	if (len == 1 && (*p == IDEM_VOID || *p == IDEM_SAFE || *p == IDEM_NONE))
		return (enum idem_kind) * p;
	if (len > 2 && p[0] == IDEM_PENDING && p[1] == ' ' &&
	    pending(k, id, p + 2, len - 2) == 0)
		return IDEM_PENDING;
	return IDEM_OTHER;
}
