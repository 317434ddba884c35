#include "crypt/certificate.h"
#include "base/ascii.h"
#include "crypt/pem.h"
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct certificate {
	enum certkey_kind kind;
	size_t n;
	X509 *x[CERTIFICATE_CHAIN_MAX];
	unsigned char *der[CERTIFICATE_CHAIN_MAX];
	size_t der_len[CERTIFICATE_CHAIN_MAX];
	int64_t from, until;
	unsigned self : 1, lone : 1;
};

void
certificate_free(struct certificate *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n; i++) {
		X509_free(c->x[i]);
		OPENSSL_free(c->der[i]);
	}
	free(c);
}

/* all of the text; how many, -1 with *fault */
static long
read_all(const char *text, size_t n, X509 *x[CERTIFICATE_READ_MAX],
    const char **fault)
{
	BIO *b = certkey_text(text, n, fault);
	size_t k = 0;
	unsigned long e;

	if (b == NULL)
		return -1;
	while (k < CERTIFICATE_READ_MAX && (x[k] = pem_certificate(b)) != NULL)
		k++;
	e = ERR_peek_last_error();
	if (k == CERTIFICATE_READ_MAX ||
	    ERR_GET_REASON(e) == PEM_R_NO_START_LINE)
		*fault = k == 0 ? "no certificate in PEM" : NULL;
	else
		*fault = "damaged certificate";
	BIO_free(b);
	ERR_clear_error();
	return (long)k;
}

static X509 *
leaf_of(X509 *x[], size_t n, const struct certkey *key)
{
	EVP_PKEY *p;
	size_t i;

	for (i = 0; i < n; i++) {
		p = X509_get0_pubkey(x[i]);
		if (p != NULL &&
		    (key == NULL || EVP_PKEY_eq(p, certkey_evp(key)) == 1))
			return x[i];
	}
	return NULL;
}

static int
signed_by(X509 *x, X509 *by)
{
	EVP_PKEY *p = X509_get0_pubkey(by);

	return p != NULL && X509_check_issued(by, x) == X509_V_OK &&
	    X509_verify(x, p) == 1;
}

/*
 * Who signed x; NULL: nobody who is here.  Of several with one name and key,
 * as they come of cross-signing, one that goes on upwards is better than a
 * root, and then the one that is valid longer.
 */
static X509 *
issuer_of(X509 *x, X509 *all[], size_t n)
{
	X509 *best = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (all[i] == x || !signed_by(x, all[i]))
			continue;
		if (best == NULL ||
		    X509_self_signed(all[i], 0) < X509_self_signed(best, 0) ||
		    (X509_self_signed(all[i], 0) == X509_self_signed(best, 0) &&
			ASN1_TIME_compare(X509_get0_notAfter(all[i]),
			    X509_get0_notAfter(best)) > 0))
			best = all[i];
	}
	return best;
}

static int64_t
seconds(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

/* one more behind the others; NULL, or what is wrong */
static const char *
append(struct certificate *c, X509 *x)
{
	int64_t from = seconds(X509_get0_notBefore(x));
	int64_t until = seconds(X509_get0_notAfter(x));
	int len;

	if (c->n == CERTIFICATE_CHAIN_MAX)
		return "more than 8 certificates in its chain";
	len = i2d_X509(x, &c->der[c->n]);
	if (len <= 0)
		return "out of memory";
	X509_up_ref(x);
	c->x[c->n] = x;
	c->der_len[c->n++] = (size_t)len;
	if (len > CERTIFICATE_DER_MAX)
		return "certificate too large";
	if (c->n == 1 || from > c->from)
		c->from = from;
	if (c->n == 1 || until < c->until)
		c->until = until;
	return NULL;
}

static int
is_in(const struct certificate *c, const X509 *x)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->x[i] == x)
			return 1;
	return 0;
}

static const char *
climb(struct certificate *c, X509 *x, X509 *all[], size_t n)
{
	const char *fault = append(c, x);

	c->self = X509_self_signed(x, 1) == 1;
	c->lone = !c->self;
	while (fault == NULL && !X509_self_signed(x, 0) &&
	    (x = issuer_of(x, all, n)) != NULL) {
		c->lone = 0;
		if (X509_self_signed(x, 0) || is_in(c, x))
			break;
		fault = append(c, x);
	}
	return fault;
}

static struct certificate *
chain_of(X509 *x[], size_t n, const struct certkey *key, const char **fault)
{
	struct certificate *c = calloc(1, sizeof *c);
	X509 *leaf;

	*fault = "out of memory";
	if (c == NULL)
		return NULL;
	leaf = leaf_of(x, n, key);
	*fault = leaf != NULL
	    ? certkey_kind_of(X509_get0_pubkey(leaf), &c->kind)
	    : key != NULL ? "key does not belong to the certificate"
			  : "damaged certificate";
	if (*fault == NULL)
		*fault = climb(c, leaf, x, n);
	ERR_clear_error();
	if (*fault == NULL)
		return c;
	certificate_free(c);
	return NULL;
}

struct certificate *
certificate_parse(const char *text, size_t n, const struct certkey *key,
    const char **fault)
{
	X509 *x[CERTIFICATE_READ_MAX];
	struct certificate *c = NULL;
	long k = read_all(text, n, x, fault);

	if (k > 0 && *fault == NULL)
		c = chain_of(x, (size_t)k, key, fault);
	while (k > 0)
		X509_free(x[--k]);
	return c;
}

size_t
certificate_count(const struct certificate *c)
{
	return c->n;
}

const unsigned char *
certificate_der(const struct certificate *c, size_t i, size_t *len)
{
	*len = c->der_len[i];
	return c->der[i];
}

enum certkey_kind
certificate_kind(const struct certificate *c)
{
	return c->kind;
}

int64_t
certificate_from(const struct certificate *c)
{
	return c->from;
}

int64_t
certificate_until(const struct certificate *c)
{
	return c->until;
}

int
certificate_self(const struct certificate *c)
{
	return c->self;
}

int
certificate_lone(const struct certificate *c)
{
	return c->lone;
}

/* names */

int
certificate_name_ok(const char *p, size_t n)
{
	size_t i, label = 0;

	if (n > 2 && p[0] == '*' && p[1] == '.') {
		p += 2;
		n -= 2;
	}
	if (n == 0 || n > CERTIFICATE_NAME_MAX || p[n - 1] == '.')
		return 0;
	for (i = 0; i < n; i++) {
		if (p[i] == '.'
			? label == 0
			: !ascii_alnum(p[i]) && p[i] != '-' && p[i] != '_')
			return 0;
		label = p[i] == '.' ? 0 : label + 1;
	}
	return 1;
}

/* 1 added, 0 not, -1 ENOMEM */
static int
put_name(struct buf *out, const ASN1_STRING *s, long so_far)
{
	const char *p = (const char *)ASN1_STRING_get0_data(s);
	size_t n = (size_t)ASN1_STRING_length(s);

	if (!certificate_name_ok(p, n))
		return 0;
	if (so_far >= CERTIFICATE_NAMES_MAX)
		return 1;
	if ((so_far > 0 && buf_putc(out, ',') == -1) ||
	    buf_put(out, p, n) == -1)
		return -1;
	ascii_lower_copy(buf_tail(out) - n, p, n);
	return 1;
}

static long
common_name(const X509 *x, struct buf *out)
{
	const X509_NAME *subject = X509_get_subject_name(x);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);

	if (at < 0)
		return 0;
	return put_name(out,
	    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)), 0);
}

long
certificate_names(const struct certificate *c, struct buf *out)
{
	GENERAL_NAMES *all =
	    X509_get_ext_d2i(c->x[0], NID_subject_alt_name, NULL, NULL);
	long n = 0, added = 0;
	const GENERAL_NAME *g;
	int i, dns = 0;

	for (i = 0; i < sk_GENERAL_NAME_num(all) && added != -1; i++) {
		g = sk_GENERAL_NAME_value(all, i);
		if (g->type != GEN_DNS)
			continue;
		dns = 1;
		added = put_name(out, g->d.dNSName, n);
		n += added;
	}
	GENERAL_NAMES_free(all);
	ERR_clear_error();
	if (added == -1)
		return -1;
	return dns ? n : common_name(c->x[0], out);
}

/* fingerprints, and back to text */

int
certificate_sha256(const void *p, size_t n,
    unsigned char out[CERTKEY_HASH_BYTES])
{
	int r = EVP_Digest(p, n, out, NULL, EVP_sha256(), NULL);

	ERR_clear_error();
	return r == 1 ? 0 : -1;
}

int
certificate_hash(const struct certificate *c,
    unsigned char whole[CERTKEY_HASH_BYTES],
    unsigned char key[CERTKEY_HASH_BYTES])
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(c->x[0]), &der);
	int r = -1;

	if (n > 0 && certificate_sha256(c->der[0], c->der_len[0], whole) == 0)
		r = certificate_sha256(der, (size_t)n, key);
	OPENSSL_free(der);
	ERR_clear_error();
	return r;
}

int
certificate_pem(struct buf *out, const struct certificate *c)
{
	BIO *b = BIO_new(BIO_s_mem());
	int good = b != NULL;
	size_t i;

	for (i = 0; i < c->n && good; i++)
		good = PEM_write_bio_X509(b, c->x[i]) == 1;
	return certkey_written(out, b, good);
}
