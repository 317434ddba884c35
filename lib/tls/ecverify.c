#include "tls/ecverify.h"
#include "crypt/p256.h"
#include <string.h>

enum {
	SIG_ROOM = 80,   /* r and s with their tags and lengths: 72 as DER */
	UNCOMPRESSED = 4 /* the first byte of such a point */
};

uint32_t
ecverify(const br_ec_impl *ec, const void *hash, size_t hash_len,
    const br_ec_public_key *key, const void *sig, size_t sig_len)
{
	unsigned char rs[SIG_ROOM];

	if (key->curve != BR_EC_secp256r1)
		return br_ecdsa_vrfy_asn1_get_default()(ec, hash, hash_len, key,
		    sig, sig_len);
	if (key->qlen != 1 + P256_KEY_LEN || key->q[0] != UNCOMPRESSED ||
	    sig_len > sizeof rs)
		return 0;
	memcpy(rs, sig, sig_len);
	return (uint32_t)p256_verify(key->q + 1, hash, hash_len, rs,
	    br_ecdsa_asn1_to_raw(rs, sig_len));
}
