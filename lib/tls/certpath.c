#include "tls/certpath.h"
#include "tls/ecverify.h"
#include "tls/hashes.h"

/* what a verification costs, beside one of RSA; and what it costs to read */
enum {
	COST_RSA = 1,
	COST_P256 = 2,
	COST_P384 = 10,
	COST_P521 = 16,
	BYTES_FOR_ONE = 8192
};
enum { DAY = 86400, DAYS_BEFORE_1970 = 719528 };

int
certpath_key_known(const struct certparts *c)
{
	if (c->key == CERTPARTS_RSA)
		return c->bits > 0 && c->bits <= CERTPATH_RSA_MAX &&
		    c->exponent_bits <= CERTPATH_EXPONENT_MAX;
	return c->key != CERTPARTS_OTHER;
}

static unsigned
key_cost(const struct certparts *c)
{
	switch (c->key) {
	case CERTPARTS_P256: return COST_P256;
	case CERTPARTS_P384: return COST_P384;
	case CERTPARTS_P521: return COST_P521;
	default: return COST_RSA;
	}
}

static unsigned
anchor_cost(const br_x509_trust_anchor *a)
{
	if (a->pkey.key_type == BR_KEYTYPE_RSA)
		return COST_RSA;
	switch (a->pkey.key.ec.curve) {
	case BR_EC_secp256r1: return COST_P256;
	case BR_EC_secp384r1: return COST_P384;
	default: return COST_P521;
	}
}

static unsigned
cost(const struct certparts *const *way, unsigned n,
    const br_x509_trust_anchor *a, size_t n_anchors)
{
	unsigned sum = 0, i;
	size_t bytes = 0;

	for (i = 0; i < n; i++) {
		bytes += way[i]->whole.n;
		if (i > 0)
			sum += key_cost(way[i]);
	}
	for (; n_anchors > 0; n_anchors--, a++)
		sum += anchor_cost(a);
	return sum + (unsigned)(bytes / BYTES_FOR_ONE);
}

const struct certparts *
certpath_untimely(const struct certparts *const *way, unsigned n, int64_t now_s)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (now_s > way[i]->until_s || now_s < way[i]->from_s)
			return way[i];
	return NULL;
}

/* a moment at which all of them are valid, and now if that is one; 0: there is
 * none */
static int
moment(const struct certparts *const *way, unsigned n, int64_t now_s,
    int64_t *at_s)
{
	int64_t from = INT64_MIN, until = INT64_MAX;
	unsigned i;

	for (i = 0; i < n; i++) {
		if (way[i]->from_s > from)
			from = way[i]->from_s;
		if (way[i]->until_s < until)
			until = way[i]->until_s;
	}
	*at_s = now_s < from ? from : now_s > until ? until : now_s;
	return from <= until;
}

static unsigned
run(const struct certparts *const *way, unsigned n,
    const br_x509_trust_anchor *a, size_t n_anchors, int64_t at_s)
{
	br_x509_minimal_context m;
	int64_t at = at_s + (int64_t)DAYS_BEFORE_1970 * DAY;
	unsigned i;

	br_x509_minimal_init(&m, &hashes_sha256, a, n_anchors);
	br_x509_minimal_set_rsa(&m, br_rsa_pkcs1_vrfy_get_default());
	br_x509_minimal_set_ecdsa(&m, br_ec_get_default(), ecverify);
	/* no SHA-1 (RFC 9155 is of TLS, and right here, too) */
	br_x509_minimal_set_hash(&m, br_sha256_ID, &hashes_sha256);
	br_x509_minimal_set_hash(&m, br_sha384_ID, &br_sha384_vtable);
	br_x509_minimal_set_hash(&m, br_sha512_ID, &br_sha512_vtable);
	br_x509_minimal_set_time(&m, (uint32_t)(at / DAY),
	    (uint32_t)(at % DAY));
	br_x509_minimal_set_minrsa(&m, CERTPATH_RSA_MIN / 8);
	/* names are certname.h's: this one would take a common name */
	m.vtable->start_chain(&m.vtable, NULL);
	for (i = 0; i < n; i++) {
		m.vtable->start_cert(&m.vtable, (uint32_t)way[i]->whole.n);
		m.vtable->append(&m.vtable, way[i]->whole.p, way[i]->whole.n);
		m.vtable->end_cert(&m.vtable);
	}
	return m.vtable->end_chain(&m.vtable);
}

static int
weakly_signed(const struct certparts *const *way, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (way[i]->how == CERTPARTS_SIGNED_WEAK)
			return 1;
	return 0;
}

static enum tls_verdict
verdict(unsigned bear, const struct certparts *const *way, unsigned n)
{
	switch (bear) {
	case 0: return TLS_V_PKIX;
	case BR_ERR_X509_NOT_TRUSTED: /* the name fits, and no key */
	case BR_ERR_X509_BAD_SIGNATURE:
	case BR_ERR_X509_WRONG_KEY_TYPE: return TLS_V_BAD_SIGNATURE;
	case BR_ERR_X509_NOT_CA:
	case BR_ERR_X509_FORBIDDEN_KEY_USAGE:
	case BR_ERR_X509_CRITICAL_EXTENSION: return TLS_V_CONSTRAINTS;
	case BR_ERR_X509_WEAK_PUBLIC_KEY: return TLS_V_WEAK_KEY;
	case BR_ERR_X509_UNSUPPORTED:
	case BR_ERR_X509_LIMIT_EXCEEDED:
		return weakly_signed(way, n) ? TLS_V_BAD_SIGNATURE
					     : TLS_V_UNSUPPORTED;
	/* EXPIRED, too: the moment is within its dates as they are read here,
	 * and then they are odd ones */
	default: return TLS_V_MALFORMED;
	}
}

static enum tls_verdict
in_time(const struct certparts *const *way, unsigned n, int64_t now_s)
{
	const struct certparts *c = certpath_untimely(way, n, now_s);

	if (c == NULL)
		return TLS_V_PKIX;
	return now_s > c->until_s ? TLS_V_EXPIRED : TLS_V_NOT_YET;
}

/* the time is the last to be looked at, so that what is told is the worst: all
 * else is verified for a moment at which it was, or will be, valid */
enum tls_verdict
certpath_try(const struct certparts *const *way, unsigned n,
    const br_x509_trust_anchor *a, size_t n_anchors, int64_t now_s,
    unsigned *cost_left)
{
	unsigned costs = cost(way, n, a, n_anchors), i;
	enum tls_verdict v;
	int64_t at_s;

	for (i = 1; i < n; i++)
		if (!certpath_key_known(way[i]))
			return TLS_V_UNSUPPORTED;
	if (costs > *cost_left)
		return TLS_V_TOO_LARGE;
	if (!moment(way, n, now_s, &at_s))
		return in_time(way, n, now_s);
	*cost_left -= costs;
	v = verdict(run(way, n, a, n_anchors, at_s), way, n);
	if (v != TLS_V_PKIX)
		return v;
	for (i = 0; i < n; i++)
		if (!way[i]->serves)
			return TLS_V_CONSTRAINTS;
	return in_time(way, n, now_s);
}
