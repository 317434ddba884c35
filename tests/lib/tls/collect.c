/* tls/collect: a chain as the engine hands it on, and its limits */
#include "pkidir.h"
#include "tlsfake.h"
#include "tap.h"
#include "tls/collect.h"

static struct tls_chain saw;
static unsigned judged, answer;

static unsigned
judge(struct collect *c, const struct tls_chain *chain)
{
	(void)c;
	judged++;
	saw = *chain;
	return answer;
}

/* a certificate of n bytes, in pieces as the engine has them */
static void
cert(struct collect *c, const unsigned char *p, size_t n, size_t piece)
{
	size_t k;

	c->vtable->start_cert(&c->vtable, (uint32_t)n);
	for (; n > 0; n -= k, p += k) {
		k = n < piece ? n : piece;
		c->vtable->append(&c->vtable, p, k);
	}
	c->vtable->end_cert(&c->vtable);
}

static void
leaf(struct collect *c, unsigned most)
{
	collect_init(c, most, judge);
	c->vtable->start_chain(&c->vtable, "ignored.example");
	cert(c, fake_ec.cert, fake_ec.chain.n, 256);
}

static unsigned
end(struct collect *c)
{
	judged = 0;
	memset(&saw, 0, sizeof saw);
	return c->vtable->end_chain(&c->vtable);
}

static void
one(void)
{
	struct collect c;
	unsigned char print[32];
	unsigned usages = 0;
	size_t piece;

	for (piece = 1; piece < 600; piece += 97) {
		collect_init(&c, 16, judge);
		ok(!collect_peer(&c, print), "nobody");
		c.vtable->start_chain(&c.vtable, NULL);
		ok(!collect_peer(&c, print), "yet");
		cert(&c, fake_ec.cert, fake_ec.chain.n, piece);
		is_num(end(&c), 0, "one");
		is_num(saw.n, 1, "is seen");
		is_num(memcmp(saw.cert[0], fake_ec.cert, saw.len[0]), 0,
		    "as it came");
		ok(collect_peer(&c, print), "and is the peer");
		is_num(c.vtable->get_pkey(&c.vtable, &usages)->key_type,
		    BR_KEYTYPE_EC, "with its key");
		is_num(usages, BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX, "for all");
		collect_free(&c);
		ok(!collect_peer(&c, print), "then it is gone");
		collect_free(&c);
	}
}

static void
refused(void)
{
	static unsigned char junk[100];
	struct collect c;
	unsigned char print[32];

	collect_init(&c, 16, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	is_num(end(&c), BR_ERR_X509_EMPTY_CHAIN, "none");
	is_num(judged, 0, "of which nothing can be said");
	collect_free(&c);

	leaf(&c, 16);
	answer = BR_ERR_X509_NOT_TRUSTED;
	is_num(end(&c), BR_ERR_X509_NOT_TRUSTED, "the judge says no");
	answer = 0;
	collect_free(&c);

	collect_init(&c, 16, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, junk, sizeof junk, 10);
	ok(end(&c) != 0, "no certificate");
	is_num(judged, 1, "is judged");
	ok(!collect_peer(&c, print), "and is nobody");
	collect_free(&c);

	collect_init(&c, 16, NULL);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, fake_ec.cert, fake_ec.chain.n - 1, 10);
	ok(end(&c) != 0, "a byte is missing, and nobody judges");
	collect_free(&c);

	collect_init(&c, 16, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, junk, 0, 10);
	cert(&c, fake_ec.cert, fake_ec.chain.n, 256);
	is_num(end(&c), BR_ERR_X509_LIMIT_EXCEEDED, "the first is empty");
	is_num(saw.n, 0, "the second is not in its place");
	collect_free(&c);
}

static void
limits(void)
{
	static unsigned char junk[TLS_CERT_MAX + 1];
	struct collect c;
	size_t left;
	unsigned i;

	leaf(&c, TLS_CHAIN_CERTS_MAX);
	for (i = 1; i < TLS_CHAIN_CERTS_MAX; i++)
		cert(&c, junk, 10, 3);
	is_num(end(&c), 0, "as many as may be");
	is_num(saw.n, TLS_CHAIN_CERTS_MAX, "are seen");
	is_num(saw.over, 0, "all");
	collect_free(&c);
	leaf(&c, TLS_CHAIN_CERTS_MAX);
	for (i = 0; i < TLS_CHAIN_CERTS_MAX; i++)
		cert(&c, junk, 10, 3);
	is_num(end(&c), 0, "one more");
	is_num(saw.n, TLS_CHAIN_CERTS_MAX, "is not");
	is_num(saw.over, 1, "and that is known");
	collect_free(&c);

	leaf(&c, TLS_CHAIN_CERTS_MAX);
	cert(&c, junk, TLS_CERT_MAX, 256);
	end(&c);
	is_num(saw.n, 2, "a long one");
	collect_free(&c);
	leaf(&c, TLS_CHAIN_CERTS_MAX);
	cert(&c, junk, TLS_CERT_MAX + 1, 256);
	cert(&c, junk, 10, 256);
	end(&c);
	is_num(saw.n, 2, "a byte more: left out, and the next is not");
	is_num((long long)saw.len[1], 10, "in its place");
	is_num(saw.over, 1, "that is known");
	collect_free(&c);

	leaf(&c, TLS_CHAIN_CERTS_MAX);
	left = TLS_CHAIN_BYTES_MAX - fake_ec.chain.n - TLS_CERT_MAX;
	cert(&c, junk, TLS_CERT_MAX, 256);
	cert(&c, junk, left, 256);
	end(&c);
	is_num(saw.n, 3, "as many bytes as may be");
	is_num(saw.over, 0, "of all");
	collect_free(&c);
	leaf(&c, TLS_CHAIN_CERTS_MAX);
	cert(&c, junk, TLS_CERT_MAX, 256);
	cert(&c, junk, left + 1, 256);
	end(&c);
	is_num(saw.n, 2, "a byte more");
	is_num(saw.over, 1, "is over");
	collect_free(&c);

	collect_init(&c, 1, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, junk, TLS_CERT_MAX + 1, 256);
	is_num(end(&c), BR_ERR_X509_LIMIT_EXCEEDED, "the first is too long");
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, fake_ec.cert, fake_ec.chain.n, 256);
	c.vtable->start_cert(&c.vtable, 16 << 20);
	c.vtable->append(&c.vtable, junk, sizeof junk);
	c.vtable->end_cert(&c.vtable);
	is_num(end(&c), 0, "only the first is wanted");
	is_num(saw.n, 1, "of 16 MB");
	collect_free(&c);
}

/* of an RSA key whose exponent is 2^32 + 1 */
static const char long_crt[] =
    "MIIBazCCARWgAwIBAgIUKQpgUVv0NHXm8UxVnec+WiCKiOIwDQYJKoZIhvcNAQEL"
    "BQAwDDEKMAgGA1UEAwwBZTAeFw0yNjExMjkwOTMyMzVaFw0zNjExMjYwOTMyMzVa"
    "MAwxCjAIBgNVBAMMAWUwXjANBgkqhkiG9w0BAQEFAANNADBKAkEAr8QHUcLT8wC4"
    "x8zq0XNGj0kV6qjf56zRE36+5boj6cHUpD87eOVsliWAoorLGAAHq2r573SyueyP"
    "44OKYn10UwIFAQAAAAGjTTBLMB0GA1UdDgQWBBSqaw8Vf2vVpFGvukDG9pKCxsCm"
    "zDAfBgNVHSMEGDAWgBSqaw8Vf2vVpFGvukDG9pKCxsCmzDAJBgNVHRMEAjAAMA0G"
    "CSqGSIb3DQEBCwUAA0EAE7mgfedrc8OLI2v8W9ElDW/B+CaI008AKN7I2qGQGJk7"
    "jI4i2PSRHq87/y3ORMs2wyMz/LKldXPYG2Zj2dXsaA==";

static void
exponent(void)
{
	static const unsigned char is[] = { 2, 5, 1, 0, 0, 0, 1 };
	unsigned char der[1024], print[32], *e;
	struct collect c;
	long n = base64_get(long_crt, strlen(long_crt), der, sizeof der);

	collect_init(&c, 16, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, der, (size_t)n, 256);
	is_num(end(&c), BR_ERR_X509_UNSUPPORTED, "an exponent of 33 bits");
	is_num(saw.n, 1, "is judged");
	ok(!collect_peer(&c, print), "and proves nothing");
	collect_free(&c);
	if ((e = memmem(der, (size_t)n, is, sizeof is)) != NULL)
		memcpy(e + 2, "\0\200\0\0\1", 5);
	collect_init(&c, 16, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, der, (size_t)n, 256);
	is_num(end(&c), 0, "of 32 bits");
	ok(collect_peer(&c, print), "is one that is used");
	collect_free(&c);
}

/* one that is longer than the room that BearSSL's decoder has for it */
static void
long_key(void)
{
	unsigned char print[32];
	struct collect c;
	size_t n;
	char *text;

	pkidir_make("long key=rsa4608\n");
	text = pkidir_text("long.der", &n);
	collect_init(&c, 16, judge);
	c.vtable->start_chain(&c.vtable, NULL);
	cert(&c, (unsigned char *)text, n, 256);
	is_num(end(&c), BR_ERR_X509_UNSUPPORTED, "RSA of 4608 bits");
	is_num(saw.n, 1, "is judged");
	is_num(memcmp(saw.cert[0], text, n), 0, "as it came");
	ok(c.vtable->get_pkey(&c.vtable, NULL) == NULL, "is no key");
	ok(!collect_peer(&c, print), "and proves nothing");
	collect_free(&c);
	free(text);
	pkidir_remove();
}

int
main(void)
{
	fake_keys();
	long_key();
	one();
	refused();
	limits();
	exponent();
	return done();
}
