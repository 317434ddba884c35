/* tls/curves: X25519 as BearSSL's own would compute it; other curves are its */
#include "tls/curves.h"
#include "base/random.h"
#include "tap.h"

enum { ROUNDS = 200, POINT = 65 };

static void
same(const br_ec_impl *ours, int curve, size_t n, const char *name)
{
	const br_ec_impl *theirs = br_ec_get_default();
	unsigned char x[32], a[POINT], b[POINT];
	size_t len, i, off = 0;
	int bad = 0;

	for (i = 0; i < ROUNDS; i++) {
		random_bytes(x, sizeof x);
		x[0] &= 0x7f; /* below the order */
		x[31] |= 1;
		memset(a, 0, sizeof a);
		memset(b, 0, sizeof b);
		/* a number may be given without its leading zeros */
		len = i % 3 == 0 ? 31 : 32;
		bad += ours->mulgen(a, x + 32 - len, len, curve) != n;
		bad += theirs->mulgen(b, x + 32 - len, len, curve) != n;
		bad += memcmp(a, b, sizeof a) != 0;
		random_bytes(x, sizeof x);
		x[0] &= 0x7f;
		x[31] |= 1;
		bad += ours->mul(a, n, x, sizeof x, curve) != 1;
		bad += theirs->mul(b, n, x, sizeof x, curve) != 1;
		off = ours->xoff(curve, &len);
		bad += off != theirs->xoff(curve, &len);
		bad += memcmp(a + off, b + off, len) != 0;
	}
	is_num(bad, 0, name);
}

int
main(void)
{
	unsigned char zero[32] = { 0 }, x[33] = { 1, 5 };
	br_ec_impl ec;
	size_t n, m;

	curves_of(&ec, 1 << BR_EC_curve25519 | 1 << BR_EC_secp256r1);
	same(&ec, BR_EC_curve25519, 32, "X25519");
	same(&ec, BR_EC_secp256r1, 65, "P-256");
	is_num(ec.supported_curves,
	    1 << BR_EC_curve25519 | 1 << BR_EC_secp256r1, "what is offered");
	is_num(ec.mul(zero, sizeof zero, x, 32, BR_EC_curve25519), 0,
	    "a point that shares nothing is none");
	is_num(ec.mul(x, 31, x, 32, BR_EC_curve25519), 0, "nor is a short one");
	is_num(ec.mul(zero, 32, x, sizeof x, BR_EC_curve25519), 0,
	    "nor is a long number one");
	is_num((long long)ec.mulgen(zero, x, sizeof x, BR_EC_curve25519), 0,
	    "here neither");
	ok(ec.generator(BR_EC_secp256r1, &n) ==
		    br_ec_get_default()->generator(BR_EC_secp256r1, &m) &&
		n == m &&
		ec.order(BR_EC_curve25519, &n) ==
		    br_ec_get_default()->order(BR_EC_curve25519, &m) &&
		n == m,
	    "generator and order");
	return done();
}
