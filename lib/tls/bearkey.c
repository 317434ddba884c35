#include "tls/bearkey.h"
#include "tls/certpath.h"
#include <string.h>

static unsigned char *
bytes(struct der d)
{
	return (unsigned char *)(uintptr_t)d.p;
}

int
bearkey_of(const struct certparts *c, br_x509_pkey *k)
{
	memset(k, 0, sizeof *k);
	if (!certpath_key_known(c) || c->number.n == 0)
		return -1;
	if (c->key == CERTPARTS_RSA) {
		k->key_type = BR_KEYTYPE_RSA;
		k->key.rsa = (br_rsa_public_key){ bytes(c->number), c->number.n,
			bytes(c->exponent), c->exponent.n };
		return 0;
	}
	k->key_type = BR_KEYTYPE_EC;
	k->key.ec.curve = c->key == CERTPARTS_P256 ? BR_EC_secp256r1
	    : c->key == CERTPARTS_P384             ? BR_EC_secp384r1
						   : BR_EC_secp521r1;
	k->key.ec.q = bytes(c->number);
	k->key.ec.qlen = c->number.n;
	return 0;
}
