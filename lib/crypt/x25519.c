#include "crypt/x25519.h"
#include <sodium.h>
#include <string.h>

void
x25519_public(unsigned char to[X25519_LEN],
    const unsigned char secret[X25519_LEN])
{
	(void)crypto_scalarmult_curve25519_base(to, secret);
}

int
x25519_shared(unsigned char to[X25519_LEN],
    const unsigned char secret[X25519_LEN],
    const unsigned char theirs[X25519_LEN])
{
	unsigned char shared[X25519_LEN];
	int r = crypto_scalarmult_curve25519(shared, secret, theirs);

	if (r == 0)
		memcpy(to, shared, sizeof shared);
	sodium_memzero(shared, sizeof shared);
	return r;
}
