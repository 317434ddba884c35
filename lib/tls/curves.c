#include "tls/curves.h"
#include "crypt/x25519.h"
#include <string.h>

/* a secret, which BearSSL takes as little endian with this curve, too.  0, or
 * -1: it is too long */
static int
secret_of(unsigned char to[X25519_LEN], const unsigned char *x, size_t n)
{
	if (n > X25519_LEN)
		return -1;
	memset(to, 0, X25519_LEN);
	memcpy(to, x, n);
	return 0;
}

static const unsigned char *
generator(int curve, size_t *len)
{
	return br_ec_get_default()->generator(curve, len);
}

static const unsigned char *
order(int curve, size_t *len)
{
	return br_ec_get_default()->order(curve, len);
}

static size_t
xoff(int curve, size_t *len)
{
	return br_ec_get_default()->xoff(curve, len);
}

static uint32_t
mul(unsigned char *g, size_t g_len, const unsigned char *x, size_t n, int curve)
{
	unsigned char secret[X25519_LEN];
	uint32_t good;

	if (curve != BR_EC_curve25519)
		return br_ec_get_default()->mul(g, g_len, x, n, curve);
	if (g_len != X25519_LEN || secret_of(secret, x, n) == -1)
		return 0;
	good = x25519_shared(g, secret, g) == 0;
	explicit_bzero(secret, sizeof secret);
	return good;
}

static size_t
mulgen(unsigned char *r, const unsigned char *x, size_t n, int curve)
{
	unsigned char secret[X25519_LEN];

	if (curve != BR_EC_curve25519)
		return br_ec_get_default()->mulgen(r, x, n, curve);
	if (secret_of(secret, x, n) == -1)
		return 0;
	x25519_public(r, secret);
	explicit_bzero(secret, sizeof secret);
	return X25519_LEN;
}

/* of signatures: X25519 has none */
static uint32_t
muladd(unsigned char *a, const unsigned char *b, size_t len,
    const unsigned char *x, size_t x_len, const unsigned char *y, size_t y_len,
    int curve)
{
	return br_ec_get_default()->muladd(a, b, len, x, x_len, y, y_len,
	    curve);
}

void
curves_of(br_ec_impl *ec, uint32_t curves)
{
	*ec =
	    (br_ec_impl){ curves, generator, order, xoff, mul, mulgen, muladd };
}
