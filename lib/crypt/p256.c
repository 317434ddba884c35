#include "crypt/p256.h"
#include <nettle/bignum.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>

enum { HALF = P256_KEY_LEN / 2 };

/* 0: no point of the curve */
static int
point_of(struct ecc_point *p, const unsigned char key[P256_KEY_LEN])
{
	mpz_t x, y;
	int good;

	nettle_mpz_init_set_str_256_u(x, HALF, key);
	nettle_mpz_init_set_str_256_u(y, HALF, key + HALF);
	good = ecc_point_set(p, x, y);
	mpz_clear(x);
	mpz_clear(y);
	return good;
}

int
p256_verify(const unsigned char key[P256_KEY_LEN], const unsigned char *hash,
    size_t hash_len, const unsigned char *rs, size_t rs_len)
{
	struct dsa_signature sig;
	struct ecc_point p;
	int good;

	if (rs_len == 0 || rs_len > P256_RS_LEN || rs_len % 2 != 0)
		return 0;
	ecc_point_init(&p, nettle_get_secp_256r1());
	dsa_signature_init(&sig);
	nettle_mpz_set_str_256_u(sig.r, rs_len / 2, rs);
	nettle_mpz_set_str_256_u(sig.s, rs_len / 2, rs + rs_len / 2);
	good = point_of(&p, key) && ecdsa_verify(&p, hash_len, hash, &sig);
	dsa_signature_clear(&sig);
	ecc_point_clear(&p);
	return good;
}
