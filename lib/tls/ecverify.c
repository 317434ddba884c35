#include "tls/ecverify.h"
#include "crypt/p256.h"
#include "tls/der.h"
#include <string.h>

enum { HALF = P256_RS_LEN / 2, UNCOMPRESSED = 4 /* a point's first byte */ };

/* an INTEGER as HALF bytes; what is negative becomes zero, which no signature
 * has */
static int
half(struct der *left, unsigned char to[HALF])
{
	struct der n;

	if (!der_take(left, DER_INTEGER, &n))
		return 0;
	n = der_unsigned(n);
	if (n.n > HALF)
		return 0;
	memset(to, 0, HALF);
	memcpy(to + HALF - n.n, n.p, n.n);
	return 1;
}

/* not by br_ecdsa_asn1_to_raw(), which writes up to twice of what it reads */
static int
raw(struct der sig, unsigned char rs[P256_RS_LEN])
{
	struct der both;

	return der_take(&sig, DER_SEQUENCE, &both) && sig.n == 0 &&
	    half(&both, rs) && half(&both, rs + HALF) && both.n == 0;
}

uint32_t
ecverify(const br_ec_impl *ec, const void *hash, size_t hash_len,
    const br_ec_public_key *key, const void *sig, size_t sig_len)
{
	struct der der = { sig, sig_len };
	unsigned char rs[P256_RS_LEN];

	if (key->curve != BR_EC_secp256r1)
		return br_ecdsa_vrfy_asn1_get_default()(ec, hash, hash_len, key,
		    sig, sig_len);
	if (key->qlen != 1 + P256_KEY_LEN || key->q[0] != UNCOMPRESSED ||
	    !raw(der, rs))
		return 0;
	return (uint32_t)p256_verify(key->q + 1, hash, hash_len, rs, sizeof rs);
}
