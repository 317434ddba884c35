#include "crypt/certmake.h"
#include "crypt/certkey.h"
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { SERIAL_BITS = 127 };

static int
add(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	int r = e != NULL && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);
	return r;
}

static int
push_name(GENERAL_NAMES *all, const char *name)
{
	GENERAL_NAME *g = GENERAL_NAME_new();
	ASN1_IA5STRING *s = ASN1_IA5STRING_new();

	if (g == NULL || s == NULL ||
	    ASN1_STRING_set(s, name, (int)strlen(name)) != 1) {
		GENERAL_NAME_free(g);
		ASN1_IA5STRING_free(s);
		return 0;
	}
	GENERAL_NAME_set0_value(g, GEN_DNS, s);
	if (sk_GENERAL_NAME_push(all, g) > 0)
		return 1;
	GENERAL_NAME_free(g);
	return 0;
}

static int
add_names(X509 *x, const char *const names[], size_t n)
{
	GENERAL_NAMES *all = sk_GENERAL_NAME_new_null();
	int r = all != NULL;
	size_t i;

	for (i = 0; i < n && r; i++)
		r = push_name(all, names[i]);
	r = r && X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0, 0) == 1;
	GENERAL_NAMES_free(all);
	return r;
}

/* not to be guessed, and never twice: RFC 5280 section 4.1.2.2 */
static int
set_serial(X509 *x)
{
	BIGNUM *b = BN_new();
	int r = b != NULL &&
	    BN_rand(b, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
	    BN_to_ASN1_INTEGER(b, X509_get_serialNumber(x)) != NULL;

	BN_free(b);
	return r;
}

/* issuer and subject; neither may be empty */
static int
set_name(X509 *x, const char *name)
{
	X509_NAME *s = X509_get_subject_name(x);

	if (strlen(name) > CERTMAKE_COMMON_MAX)
		name = "mail";
	return X509_NAME_add_entry_by_txt(s, "CN", MBSTRING_UTF8,
		   (const unsigned char *)name, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, s) == 1;
}

static int
fill(X509 *x, EVP_PKEY *key, const char *const names[], size_t n, int64_t now_s,
    unsigned days)
{
	int64_t from = now_s - CERTMAKE_EARLY_S;

	return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
	    set_name(x, names[0]) &&
	    ASN1_TIME_set(X509_getm_notBefore(x), from) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(x),
		now_s + (int64_t)days * 86400) != NULL &&
	    X509_set_pubkey(x, key) == 1 && add_names(x, names, n) &&
	    add(x, NID_basic_constraints, "critical,CA:FALSE") &&
	    add(x, NID_key_usage, "critical,digitalSignature") &&
	    add(x, NID_ext_key_usage, "serverAuth,clientAuth") &&
	    X509_sign(x, key, EVP_sha256()) > 0;
}

static int
put_pem(struct buf *pem, X509 *x, EVP_PKEY *key)
{
	BIO *b = BIO_new(BIO_s_secmem());

	return certkey_written(pem, b,
	    b != NULL && PEM_write_bio_X509(b, x) == 1 &&
		PEM_write_bio_PKCS8PrivateKey(b, key, NULL, NULL, 0, NULL,
		    NULL) == 1);
}

int
certmake(struct buf *pem, const char *const names[], size_t n, int64_t now_s,
    unsigned days)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	int r = -1;

	if (key != NULL && x != NULL && fill(x, key, names, n, now_s, days))
		r = put_pem(pem, x, key);
	X509_free(x);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return r;
}
