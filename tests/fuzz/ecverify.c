/*
 * What a server may show for a signature in DER, by keys on two curves (the
 * first byte chooses): it holds or not, and is written nowhere.
 */
#include "tls/ecverify.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

enum { POINT = 97 };

/* the signature of the seeds is by this secret, of this hash */
static const unsigned char hash[32] = "a hash";

static uint32_t
holds(int curve, size_t bytes, const uint8_t *sig, size_t n)
{
	unsigned char x[48], q[POINT];
	const br_ec_impl *ec = br_ec_get_default();
	br_ec_public_key key = { curve, q, 0 };

	memset(x, 1, sizeof x);
	key.qlen = ec->mulgen(q, x, bytes, curve);
	return ecverify(ec, hash, sizeof hash, &key, sig, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	if (n > 0 &&
	    (in[0] & 1 ? holds(BR_EC_secp384r1, 48, in + 1, n - 1)
		       : holds(BR_EC_secp256r1, 32, in + 1, n - 1)) > 1)
		abort();
	return 0;
}
