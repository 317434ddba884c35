#include "crypt/certkey.h"
#include "crypt/pem.h"
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

enum { HASHES = 3 };

const char *const certkey_word[] = { "ec256", "ec384", "rsa" };

struct certkey {
	enum certkey_kind kind;
	EVP_PKEY *p;
	EVP_PKEY_CTX *ctx[HASHES]; /* ready to sign; made when wanted */
};

struct evp_pkey_st *
certkey_evp(const struct certkey *k)
{
	return k->p;
}

void
certkey_free(struct certkey *k)
{
	unsigned i;

	if (k == NULL)
		return;
	for (i = 0; i < HASHES; i++)
		EVP_PKEY_CTX_free(k->ctx[i]);
	EVP_PKEY_free(k->p);
	free(k);
}

enum certkey_kind
certkey_kind(const struct certkey *k)
{
	return k->kind;
}

const char *
certkey_kind_of(struct evp_pkey_st *p, enum certkey_kind *kind)
{
	static const char other[] =
	    "key is neither RSA nor ECDSA with P-256 or P-384";
	int bits = EVP_PKEY_get_bits(p);
	char group[32];

	if (EVP_PKEY_get_base_id(p) == EVP_PKEY_RSA) {
		*kind = CERTKEY_RSA;
		return bits < CERTKEY_RSA_MIN ? "RSA key of less than 2048 bits"
		    : bits > CERTKEY_RSA_MAX  ? "RSA key of more than 4096 bits"
					      : NULL;
	}
	if (EVP_PKEY_get_base_id(p) != EVP_PKEY_EC ||
	    EVP_PKEY_get_group_name(p, group, sizeof group, NULL) != 1)
		return other;
	*kind =
	    strcmp(group, "prime256v1") == 0 ? CERTKEY_EC256 : CERTKEY_EC384;
	return *kind == CERTKEY_EC384 && strcmp(group, "secp384r1") != 0 ? other
									 : NULL;
}

static const EVP_MD *
md_of(unsigned i)
{
	return i == 0 ? EVP_sha256() : i == 1 ? EVP_sha384() : EVP_sha512();
}

static EVP_PKEY_CTX *
set_hash(EVP_PKEY_CTX *c, const struct certkey *k, unsigned i)
{
	if ((k->kind != CERTKEY_RSA ||
		EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1) &&
	    EVP_PKEY_CTX_set_signature_md(c, md_of(i)) == 1)
		return c;
	EVP_PKEY_CTX_free(c);
	return NULL;
}

static EVP_PKEY_CTX *
ready(struct certkey *k, unsigned i)
{
	EVP_PKEY_CTX *c;

	if (k->ctx[i] != NULL)
		return k->ctx[i];
	c = EVP_PKEY_CTX_new(k->p, NULL);
	if (c != NULL && EVP_PKEY_sign_init(c) == 1)
		return k->ctx[i] = set_hash(c, k, i);
	EVP_PKEY_CTX_free(c);
	return NULL;
}

long
certkey_sign(struct certkey *k, unsigned hash_bits, const unsigned char *digest,
    size_t len, unsigned char sig[CERTKEY_SIG_BYTES])
{
	size_t n = CERTKEY_SIG_BYTES;
	unsigned i = hash_bits / 128 - 2;
	EVP_PKEY_CTX *c;
	int r;

	if (hash_bits % 128 != 0 || i >= HASHES || len != hash_bits / 8)
		return -1;
	c = ready(k, i);
	r = c == NULL ? 0 : EVP_PKEY_sign(c, sig, &n, digest, len);
	ERR_clear_error();
	return r == 1 ? (long)n : -1;
}

/* does what the private numbers sign hold by the public ones? */
static int
holds(struct certkey *k)
{
	unsigned char digest[CERTKEY_HASH_BYTES] = { 1 };
	unsigned char sig[CERTKEY_SIG_BYTES];
	long n = certkey_sign(k, 256, digest, sizeof digest, sig);
	EVP_PKEY_CTX *c;
	int r;

	if (n == -1 || (c = EVP_PKEY_CTX_new(k->p, NULL)) == NULL)
		return 0;
	r = EVP_PKEY_verify_init(c) == 1 && (c = set_hash(c, k, 0)) != NULL &&
	    EVP_PKEY_verify(c, sig, n, digest, sizeof digest) == 1;
	EVP_PKEY_CTX_free(c);
	ERR_clear_error();
	return r;
}

/* takes over p */
static struct certkey *
of_evp(EVP_PKEY *p, const char **fault)
{
	struct certkey *k = NULL;
	enum certkey_kind kind;

	*fault = certkey_kind_of(p, &kind);
	if (*fault == NULL && (k = calloc(1, sizeof *k)) == NULL)
		*fault = "out of memory";
	if (k == NULL) {
		EVP_PKEY_free(p);
		return NULL;
	}
	k->kind = kind;
	k->p = p;
	if (holds(k))
		return k;
	*fault = "damaged key";
	certkey_free(k);
	return NULL;
}

/* blocks that begin and do not end: somebody is still writing them */
static int
cut_short(const char *p, size_t n)
{
	const char *end = p + n, *at;
	size_t open = 0;

	for (at = p; (at = memmem(at, end - at, "-----BEGIN ", 11)) != NULL;
	     at += 11)
		open++;
	for (at = p; (at = memmem(at, end - at, "-----END ", 9)) != NULL;
	     at += 9) {
		if (memmem(at + 9, end - at - 9, "-----", 5) == NULL)
			return 1;
		if (open > 0)
			open--;
	}
	return open > 0;
}

struct bio_st *
certkey_text(const char *text, size_t n, const char **fault)
{
	BIO *b = NULL;

	*fault = "out of memory";
	if (n > CERTKEY_TEXT_MAX)
		*fault = "file too large";
	else if (cut_short(text, n))
		*fault = "cut short";
	else
		b = BIO_new_mem_buf(text, (int)n);
	return b;
}

struct certkey *
certkey_parse(const char *text, size_t n, const char **fault)
{
	BIO *b = certkey_text(text, n, fault);
	EVP_PKEY *p;

	if (b == NULL)
		return NULL;
	p = pem_key(b);
	BIO_free(b);
	ERR_clear_error();
	if (p != NULL)
		return of_evp(p, fault);
	*fault = memmem(text, n, "ENCRYPTED", 9) != NULL ? "key is encrypted"
	    : memmem(text, n, "PRIVATE KEY-----", 16) != NULL
	    ? "damaged key"
	    : "no private key in PEM";
	return NULL;
}

int
certkey_written(struct buf *out, struct bio_st *b, int written)
{
	char *text;
	long n;
	int r = -1;

	if (written == 1 && (n = BIO_get_mem_data(b, &text)) > 0)
		r = buf_put(out, text, n);
	BIO_free(b);
	ERR_clear_error();
	return r;
}

int
certkey_pem(struct buf *out, const struct certkey *k)
{
	BIO *b = BIO_new(BIO_s_secmem());

	return certkey_written(out, b,
	    b != NULL &&
		PEM_write_bio_PKCS8PrivateKey(b, k->p, NULL, NULL, 0, NULL,
		    NULL) == 1);
}
