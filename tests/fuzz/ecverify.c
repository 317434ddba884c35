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
holds(unsigned which, const uint8_t *sig, size_t n)
{
	static const int curves[] = { BR_EC_secp256r1, BR_EC_secp384r1 };
	static unsigned char q[2][POINT];
	static br_ec_public_key key[2];
	const br_ec_impl *ec = br_ec_get_default();
	unsigned char x[48];

	if (key[which].qlen == 0) {
		memset(x, 1, sizeof x);
		key[which] = (br_ec_public_key){ curves[which], q[which],
			ec->mulgen(q[which], x, which == 0 ? 32 : 48,
			    curves[which]) };
	}
	return ecverify(ec, hash, sizeof hash, &key[which], sig, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	if (n > 0 && holds(in[0] & 1, in + 1, n - 1) > 1)
		abort();
	return 0;
}
