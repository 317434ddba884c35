#include "crypt/pem.h"
#include <openssl/pem.h>

static int
no_passphrase(char *out, int size, int writing, void *arg)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

EVP_PKEY *
pem_key(BIO *b)
{
	return PEM_read_bio_PrivateKey(b, NULL, no_passphrase, NULL);
}

X509 *
pem_certificate(BIO *b)
{
	return PEM_read_bio_X509(b, NULL, no_passphrase, NULL);
}
