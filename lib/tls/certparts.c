#include "tls/certparts.h"
#include <string.h>

#define IS(d, oid) der_is((d), (oid), sizeof(oid) - 1)

/* object identifiers, RFC 3279, RFC 5480, RFC 5280 */
#define RSA_ANY "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define RSA_KEY RSA_ANY "\x01"
#define EC_KEY "\x2a\x86\x48\xce\x3d\x02\x01"
#define ECDSA_ANY "\x2a\x86\x48\xce\x3d\x04"
#define EXTENSION "\x55\x1d"
#define PURPOSE "\x2b\x06\x01\x05\x05\x07\x03"

enum {
	EXT_KEY_ID = 14,
	EXT_USAGE = 15,
	EXT_NAMES = 17,
	EXT_BASIC = 19,
	EXT_ISSUER_ID = 35,
	EXT_PURPOSES = 37
};
enum { USAGE_SIGNS_CERTS = 0x04 }; /* bit 5 from the left */

static int
rsa_key(struct der bits, struct certparts *c)
{
	struct der key = der_bytes(bits), both, n, e;

	if (!der_take(&key, DER_SEQUENCE, &both) ||
	    !der_take(&both, DER_INTEGER, &n) ||
	    !der_take(&both, DER_INTEGER, &e))
		return -1;
	c->key = CERTPARTS_RSA;
	c->number = der_unsigned(n);
	c->exponent = der_unsigned(e);
	c->bits = der_bit_length(c->number);
	c->exponent_bits = der_bit_length(c->exponent);
	return 0;
}

static enum certparts_key
curve(struct der oid)
{
	if (IS(oid, "\x2a\x86\x48\xce\x3d\x03\x01\x07"))
		return CERTPARTS_P256;
	if (IS(oid, "\x2b\x81\x04\x00\x22"))
		return CERTPARTS_P384;
	if (IS(oid, "\x2b\x81\x04\x00\x23"))
		return CERTPARTS_P521;
	return CERTPARTS_OTHER;
}

/* SubjectPublicKeyInfo, its content */
static int
key(struct der d, struct certparts *c)
{
	struct der algorithm, oid, bits;

	if (!der_take(&d, DER_SEQUENCE, &algorithm) ||
	    !der_take(&algorithm, DER_OID, &oid) ||
	    !der_take(&d, DER_BITS, &bits))
		return -1;
	if (IS(oid, RSA_KEY))
		return rsa_key(bits, c);
	if (IS(oid, EC_KEY) && der_take(&algorithm, DER_OID, &oid)) {
		c->key = curve(oid);
		c->number = der_bytes(bits);
	}
	return 0;
}

static enum certparts_signed
signed_how(struct der oid)
{
	if (oid.n == sizeof RSA_ANY && memcmp(oid.p, RSA_ANY, oid.n - 1) == 0)
		switch (oid.p[oid.n - 1]) {
		case 2: /* MD2, MD4, MD5, SHA-1 */
		case 3:
		case 4:
		case 5: return CERTPARTS_SIGNED_WEAK;
		case 11:
		case 12:
		case 13: return CERTPARTS_SIGNED;
		}
	if (IS(oid, ECDSA_ANY "\x01"))
		return CERTPARTS_SIGNED_WEAK;
	if (oid.n == sizeof ECDSA_ANY + 1 &&
	    memcmp(oid.p, ECDSA_ANY "\x03", oid.n - 1) == 0 &&
	    oid.p[oid.n - 1] >= 2 && oid.p[oid.n - 1] <= 4)
		return CERTPARTS_SIGNED;
	return CERTPARTS_SIGNED_OTHER;
}

static int
validity(struct der d, struct certparts *c)
{
	struct der from, until;
	unsigned tag;

	if (der_next(&d, &tag, &from) != 1 ||
	    der_time(tag, from, &c->from_s) == -1)
		return -1;
	if (der_next(&d, &tag, &until) != 1)
		return -1;
	return der_time(tag, until, &c->until_s);
}

/* extensions, each its content */

static int
basic(struct der d, struct certparts *c)
{
	struct der inside, flag, n;

	if (!der_take(&d, DER_SEQUENCE, &inside))
		return -1;
	if (der_take(&inside, DER_BOOLEAN, &flag))
		c->is_ca = flag.n == 1 && flag.p[0] != 0;
	if (der_take(&inside, DER_INTEGER, &n)) {
		n = der_unsigned(n);
		c->pathlen = n.n == 0 ? 0 : n.n == 1 ? n.p[0] : UINT8_MAX;
	}
	return 0;
}

static int
usage(struct der d, int *signs)
{
	struct der bits;

	if (!der_take(&d, DER_BITS, &bits) || bits.n < 1)
		return -1;
	*signs = bits.n > 1 && (bits.p[1] & USAGE_SIGNS_CERTS) != 0;
	return 0;
}

static int
purposes(struct der d, struct certparts *c)
{
	struct der list, oid;

	if (!der_take(&d, DER_SEQUENCE, &list))
		return -1;
	c->serves = 0;
	while (der_take(&list, DER_OID, &oid))
		if (IS(oid, PURPOSE "\x01") || IS(oid, EXTENSION "\x25\x00"))
			c->serves = 1;
	return list.n == 0 ? 0 : -1;
}

static int
issuer_id(struct der d, struct certparts *c)
{
	struct der inside;

	if (!der_take(&d, DER_SEQUENCE, &inside))
		return -1;
	der_take(&inside, 0x80, &c->issuer_id);
	return 0;
}

/* the names must be good to the end, since who reads them stops there */
static int
names(struct der d, struct certparts *c)
{
	struct der one, left;
	unsigned tag;
	int r;

	if (!der_take(&d, DER_SEQUENCE, &c->names))
		return -1;
	for (left = c->names; (r = der_next(&left, &tag, &one)) == 1;)
		if (tag == CERTPARTS_DNS || tag == CERTPARTS_IP)
			c->has_san = 1;
	return r;
}

static int
extension(struct der oid, struct der content, struct certparts *c, int *signs)
{
	if (oid.n != 3 || memcmp(oid.p, EXTENSION, 2) != 0)
		return 0;
	switch (oid.p[2]) {
	case EXT_KEY_ID:
		return der_take(&content, DER_OCTETS, &c->key_id) ? 0 : -1;
	case EXT_USAGE: return usage(content, signs);
	case EXT_NAMES: return names(content, c);
	case EXT_BASIC: return basic(content, c);
	case EXT_ISSUER_ID: return issuer_id(content, c);
	case EXT_PURPOSES: return purposes(content, c);
	}
	return 0;
}

/* each of them once (RFC 5280 section 4.2): else two readers could see two */
static int
extensions(struct der list, struct certparts *c)
{
	struct der one, oid, critical, content, seen[CERTPARTS_EXTENSIONS_MAX];
	unsigned n = 0, i;
	int signs = 1;

	while (der_take(&list, DER_SEQUENCE, &one)) {
		if (n == CERTPARTS_EXTENSIONS_MAX ||
		    !der_take(&one, DER_OID, &oid))
			return -1;
		der_take(&one, DER_BOOLEAN, &critical);
		if (!der_take(&one, DER_OCTETS, &content))
			return -1;
		for (i = 0; i < n; i++)
			if (der_same(seen[i], oid))
				return -1;
		seen[n++] = oid;
		if (extension(oid, content, c, &signs) == -1)
			return -1;
	}
	c->is_ca = c->is_ca && signs;
	return list.n == 0 ? 0 : -1;
}

/* behind the key: two ids that nobody uses, and [3] with the extensions */
static int
rest(struct der tbs, struct certparts *c)
{
	struct der skipped, outer, list;

	der_take(&tbs, 0x81, &skipped);
	der_take(&tbs, 0x82, &skipped);
	if (der_take(&tbs, 0xa3, &outer) &&
	    (!der_take(&outer, DER_SEQUENCE, &list) || outer.n != 0 ||
		extensions(list, c) == -1))
		return -1;
	return tbs.n == 0 ? 0 : -1;
}

static int
to_be_signed(struct der tbs, struct certparts *c)
{
	struct der version, serial, algorithm, times, spki, inside;

	der_take(&tbs, 0xa0, &version);
	if (!der_take(&tbs, DER_INTEGER, &serial) ||
	    !der_take(&tbs, DER_SEQUENCE, &algorithm) ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &c->issuer) ||
	    !der_take(&tbs, DER_SEQUENCE, &times) || validity(times, c) == -1 ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &c->subject) ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &c->spki))
		return -1;
	spki = c->spki;
	if (!der_take(&spki, DER_SEQUENCE, &inside) || key(inside, c) == -1)
		return -1;
	return rest(tbs, c);
}

int
certparts_read(const unsigned char *p, size_t n, struct certparts *c)
{
	struct der all = { p, n }, parts, tbs, algorithm, oid, signature;

	memset(c, 0, sizeof *c);
	c->whole = all;
	c->pathlen = CERTPARTS_PATHLEN_NONE;
	c->serves = 1;
	if (!der_take(&all, DER_SEQUENCE, &parts) || all.n != 0 ||
	    !der_take(&parts, DER_SEQUENCE, &tbs) ||
	    !der_take(&parts, DER_SEQUENCE, &algorithm) ||
	    !der_take(&algorithm, DER_OID, &oid) ||
	    !der_take(&parts, DER_BITS, &signature) || parts.n != 0)
		return -1;
	c->how = signed_how(oid);
	return to_be_signed(tbs, c);
}

int
certparts_self(const struct certparts *c)
{
	return der_same(c->issuer, c->subject);
}

unsigned
certparts_name(struct der *left, struct der *name)
{
	unsigned tag;

	while (der_next(left, &tag, name) == 1)
		if (tag == CERTPARTS_DNS || tag == CERTPARTS_IP)
			return tag;
	return 0;
}
