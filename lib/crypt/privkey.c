#include "crypt/privkey.h"
#include "base/base64.h"
#include "crypt/pem.h"
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct privkey {
	enum privkey_kind kind;
	unsigned bits;
	EVP_PKEY *rsa;
	EVP_PKEY_CTX *ctx; /* ready to sign with rsa */
	unsigned char ed25519[crypto_sign_SECRETKEYBYTES];
};

void
privkey_free(struct privkey *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_CTX_free(k->ctx);
	EVP_PKEY_free(k->rsa);
	sodium_memzero(k, sizeof *k);
	free(k);
}

/* making one of what was read */

static struct privkey *
of_seed(const unsigned char seed[crypto_sign_SEEDBYTES])
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES];
	struct privkey *k = calloc(1, sizeof *k);

	if (k == NULL || sodium_init() == -1) {
		free(k);
		return NULL;
	}
	k->kind = PRIVKEY_ED25519;
	k->bits = 256;
	crypto_sign_seed_keypair(public, k->ed25519, seed);
	return k;
}

static EVP_PKEY_CTX *
ready(EVP_PKEY *rsa)
{
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(rsa, NULL);

	if (c != NULL && EVP_PKEY_sign_init(c) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1)
		return c;
	EVP_PKEY_CTX_free(c);
	return NULL;
}

/* does what the private numbers sign hold by the public ones? */
static int
holds(struct privkey *k)
{
	unsigned char digest[PRIVKEY_DIGEST_LEN] = { 1 };
	unsigned char sig[PRIVKEY_SIG_BYTES];
	EVP_PKEY_CTX *c;
	long n = privkey_sign(k, digest, sig);
	int r;

	if (n == -1 || (c = EVP_PKEY_CTX_new(k->rsa, NULL)) == NULL)
		return 0;
	r = EVP_PKEY_verify_init(c) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
	    EVP_PKEY_verify(c, sig, n, digest, sizeof digest) == 1;
	EVP_PKEY_CTX_free(c);
	return r;
}

/* takes over p */
static struct privkey *
of_rsa(EVP_PKEY *p, const char **fault)
{
	int bits = EVP_PKEY_get_bits(p);
	struct privkey *k = NULL;

	*fault = bits < PRIVKEY_RSA_BITS_MIN ? "RSA key of less than 1024 bits"
	    : bits > PRIVKEY_RSA_BITS_MAX    ? "RSA key of more than 8192 bits"
					     : "out of memory";
	if (bits < PRIVKEY_RSA_BITS_MIN || bits > PRIVKEY_RSA_BITS_MAX ||
	    (k = calloc(1, sizeof *k)) == NULL) {
		EVP_PKEY_free(p);
		return NULL;
	}
	k->kind = PRIVKEY_RSA;
	k->bits = bits;
	k->rsa = p;
	k->ctx = ready(p);
	if (k->ctx != NULL && holds(k))
		return k;
	*fault = "damaged RSA key";
	privkey_free(k);
	return NULL;
}

/* takes over p */
static struct privkey *
of_ed25519(EVP_PKEY *p, const char **fault)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	size_t n = sizeof seed;
	struct privkey *k = NULL;

	*fault = "damaged ed25519 key";
	if (EVP_PKEY_get_raw_private_key(p, seed, &n) == 1 &&
	    n == sizeof seed) {
		*fault = "out of memory";
		k = of_seed(seed);
	}
	sodium_memzero(seed, sizeof seed);
	EVP_PKEY_free(p);
	return k;
}

static struct privkey *
parse_pem(const char *text, size_t n, const char **fault)
{
	BIO *b = BIO_new_mem_buf(text, (int)n);
	EVP_PKEY *p = NULL;

	if (b == NULL) {
		*fault = "out of memory";
		return NULL;
	}
	p = pem_key(b);
	BIO_free(b);
	ERR_clear_error();
	if (p == NULL) {
		*fault = memmem(text, n, "ENCRYPTED", 9) != NULL
		    ? "key is encrypted"
		    : "no private key in PEM";
		return NULL;
	}
	switch (EVP_PKEY_get_base_id(p)) {
	case EVP_PKEY_RSA: return of_rsa(p, fault);
	case EVP_PKEY_ED25519: return of_ed25519(p, fault);
	}
	EVP_PKEY_free(p);
	*fault = "neither an RSA nor an ed25519 key";
	return NULL;
}

static struct privkey *
parse_seed(const char *text, size_t n, const char **fault)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	struct privkey *k = NULL;

	*fault = "neither a PEM key nor an ed25519 seed in base64";
	if (base64_get(text, n, seed, sizeof seed) == sizeof seed) {
		*fault = "out of memory";
		k = of_seed(seed);
	}
	sodium_memzero(seed, sizeof seed);
	return k;
}

struct privkey *
privkey_parse(const char *text, size_t n, const char **fault)
{
	if (n > PRIVKEY_TEXT_MAX) {
		*fault = "file too large for a key";
		return NULL;
	}
	if (memmem(text, n, "-----BEGIN", 10) != NULL)
		return parse_pem(text, n, fault);
	return parse_seed(text, n, fault);
}

struct privkey *
privkey_make(enum privkey_kind kind, unsigned bits)
{
	unsigned char seed[crypto_sign_SEEDBYTES];
	struct privkey *k;
	const char *fault;
	EVP_PKEY *p;

	if (kind == PRIVKEY_RSA) {
		if (bits < PRIVKEY_RSA_BITS_MIN || bits > PRIVKEY_RSA_BITS_MAX)
			return NULL;
		p = EVP_RSA_gen(bits);
		return p == NULL ? NULL : of_rsa(p, &fault);
	}
	if (sodium_init() == -1)
		return NULL;
	randombytes_buf(seed, sizeof seed);
	k = of_seed(seed);
	sodium_memzero(seed, sizeof seed);
	return k;
}

/* using it */

enum privkey_kind
privkey_kind(const struct privkey *k)
{
	return k->kind;
}

unsigned
privkey_bits(const struct privkey *k)
{
	return k->bits;
}

long
privkey_sign(struct privkey *k, const unsigned char digest[PRIVKEY_DIGEST_LEN],
    unsigned char sig[PRIVKEY_SIG_BYTES])
{
	size_t n = PRIVKEY_SIG_BYTES;

	if (k->kind == PRIVKEY_ED25519) {
		crypto_sign_detached(sig, NULL, digest, PRIVKEY_DIGEST_LEN,
		    k->ed25519);
		return crypto_sign_BYTES;
	}
	if (EVP_PKEY_sign(k->ctx, sig, &n, digest, PRIVKEY_DIGEST_LEN) != 1) {
		ERR_clear_error();
		return -1;
	}
	return (long)n;
}

int
privkey_public(struct buf *out, const struct privkey *k)
{
	unsigned char *der = NULL;
	int n, r;

	if (k->kind == PRIVKEY_ED25519)
		/* libsodium keeps it behind the seed */
		return buf_put(out, k->ed25519 + crypto_sign_SEEDBYTES,
		    crypto_sign_PUBLICKEYBYTES);
	n = i2d_PUBKEY(k->rsa, &der);
	if (n <= 0)
		return -1;
	r = buf_put(out, der, n);
	OPENSSL_free(der);
	return r;
}

static EVP_PKEY *
evp_of(const struct privkey *k)
{
	if (k->kind == PRIVKEY_ED25519)
		return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
		    k->ed25519, crypto_sign_SEEDBYTES);
	return EVP_PKEY_up_ref(k->rsa) == 1 ? k->rsa : NULL;
}

int
privkey_text(struct buf *out, const struct privkey *k)
{
	EVP_PKEY *p = evp_of(k);
	BIO *b = BIO_new(BIO_s_secmem());
	char *text;
	long n;
	int r = -1;

	if (p != NULL && b != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(b, p, NULL, NULL, 0, NULL, NULL) ==
		1) {
		n = BIO_get_mem_data(b, &text);
		r = n > 0 ? buf_put(out, text, n) : -1;
	}
	BIO_free(b);
	EVP_PKEY_free(p);
	ERR_clear_error();
	return r;
}

void
privkey_wipe(struct buf *b)
{
	if (b->p != NULL)
		sodium_memzero(b->p, b->cap);
	buf_free(b);
}
