/* keys and signatures that openssl made, of "abc"; RFC 8032 for ed25519 */
#include "crypt/pubkey.h"
#include "base/base64.h"
#include "crypt/digest.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *name;
	unsigned bits;
	const char *spki, *bare, *sha256, *sha1;
} rsa[] = {
	{ "RSA, 512 bits", 512,
	    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAOzxipHPVRoctfWawfkdmgBa7ZId"
	    "zviVb0GACnsYASPhots6+SDn4+YMlw7Mo5sBxdHZ13kHycjkKgPMNGlE0KkC"
	    "AwEAAQ==",
	    "MEgCQQDs8YqRz1UaHLX1msH5HZoAWu2SHc74lW9BgAp7GAEj4aLbOvkg5+Pm"
	    "DJcOzKObAcXR2dd5B8nI5CoDzDRpRNCpAgMBAAE=",
	    "Orb03iWK2NvpCtu1fjW/gveFDqQoOxFpEWKzuLR7p8GOtlPVe3d9AGbpMQ8H"
	    "xJpQGafb2eYpWWSNSVGVYT2boA==",
	    "004K28Kb/XRbrhClpxnp5bohEEstpxEWfQL1O9nrO1NMU8NlBSDr2o9NmmZR"
	    "29Amu+dvETIFVE4KEnsVvcbzRA==" },
	{ "RSA, 1024 bits", 1024,
	    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDeTjqloxiKqWoTg1f7Ol1G"
	    "MuWA2ufBlbhT8PuW2sjw5qSEckI6S/j8PRxOdPBqdLEdoC6sOUq+C3diQDFS"
	    "MezHg3DDkXQENLbtEaoXbT7L9nduAps+bebfWJXGuLmVoU6dV4E7BEvy7J8P"
	    "MHDPKrbw6fL4flX4Sf7MdY0XX4jx0wIDAQAB",
	    "MIGJAoGBAN5OOqWjGIqpahODV/s6XUYy5YDa58GVuFPw+5bayPDmpIRyQjpL"
	    "+Pw9HE508Gp0sR2gLqw5Sr4Ld2JAMVIx7MeDcMORdAQ0tu0RqhdtPsv2d24C"
	    "mz5t5t9Ylca4uZWhTp1XgTsES/Lsnw8wcM8qtvDp8vh+VfhJ/sx1jRdfiPHT"
	    "AgMBAAE=",
	    "dy/RCxtf41qJtaBy9YAnHRSku+J8SWNZz2jR+9ro1/YN2Bz8R31NJ0BvXILI"
	    "iI5g0pd45qzd9kdUwR8VzfNM5G3DLnvzz3b4Y/AYT6/li/9F8Un5S5m1X0pi"
	    "qrwInNHD4/nxcYoQn4hZaj1Mk+lPiOHE6wq8EDeTZXpa42akM88=",
	    "Kut+A6dfZ25ji2I7YZzwD1TuYNRSFp9PK8JmpdoFv2BzwKj73uTMZrbDG4CU"
	    "tQvbApZ07WXeiKO68Szr0Y/gyohCkN8Y3VdT2m5yIsgcmxd6ljAba62xUkfQ"
	    "6iSELfq2VY+4NEaMJo7IuBrfdCgFb4KC3B6A3gMNw9oKiUeTtyM=" },
	{ "RSA, 2048 bits", 2048,
	    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzYCYFtZmQVwdPjXF"
	    "UXSDd06ZIpdnUHXTkML6u0V4OLPqRROAetjltGsgMQx51DeC7E5/GVj+4cLb"
	    "gd7mUrvyQVOaxEdeWehc6yaJkWWPDWSIHN02RhRzHvDZGjjCL9QpzdNffagS"
	    "l8mOul8haOShOBOaMCEBEzQgFvAA3HEwg4jX7PR7Nc3X+qRr73taMupFfDCm"
	    "QMmu11wk7DvzHjLXOTXFINJNR85+zySDIxxHwAfFMBNkPsuasgr04klLCvYG"
	    "/Y1dQf/crYVPLLaNtiA0jvpVc96DDzb5IrGfMhj74YNtxZPeEijGtRXD49xn"
	    "oVYZrDajZgYKYKAMnQ0+bf++9QIDAQAB",
	    "MIIBCgKCAQEAzYCYFtZmQVwdPjXFUXSDd06ZIpdnUHXTkML6u0V4OLPqRROA"
	    "etjltGsgMQx51DeC7E5/GVj+4cLbgd7mUrvyQVOaxEdeWehc6yaJkWWPDWSI"
	    "HN02RhRzHvDZGjjCL9QpzdNffagSl8mOul8haOShOBOaMCEBEzQgFvAA3HEw"
	    "g4jX7PR7Nc3X+qRr73taMupFfDCmQMmu11wk7DvzHjLXOTXFINJNR85+zySD"
	    "IxxHwAfFMBNkPsuasgr04klLCvYG/Y1dQf/crYVPLLaNtiA0jvpVc96DDzb5"
	    "IrGfMhj74YNtxZPeEijGtRXD49xnoVYZrDajZgYKYKAMnQ0+bf++9QIDAQAB",
	    "DS167RP4beRwVfJblvqTh+pD7hFmts7uaFPjhiMDgu+Js8SbMW7KCm8NTG+M"
	    "T7bOMH/tScKuqyuMNb1q2bwfiOarP11GIhNshvlBm8h/qZbA35a2kbkd9+cS"
	    "f45WicoPJ/V3mu0MgGtG7ZcpY9+N8FXwEI9fCTxGYB7rnwJ5+km2v7wI2IPD"
	    "GkAiJydGjRwPVCwr9P1oxfFYmxDL2/B4gXzcX07bGApoOXDuK6L/QcLf7Pja"
	    "V+cDxO9IEo11qe3QbMCmg2XdvOhEuyjgM9tAw2KDnL9iVP4TqBzjaYI+umn2"
	    "hra95Iad+V93EUhunG1H7ystH7T6T3UBOm/jvG2vvA==",
	    "QC8Mh9o3V2BcEBO1O1NnRaDxZx1t2QQWkWVAm2dOVYQW7lsV4CWneCjtzkKU"
	    "vqZ1sBJtWWpyDdsNRYEXhpsJ/q4hA+0Atk1RuDxgYx60DzTbYr8iayvUmkXF"
	    "wecCeIj2TJU9a1/dAzznx3i9SfBbSEKMlaFnhQL8g0d1HfBzQut9pDG5IGAt"
	    "MOwcLLB+xxbYAWW7ff+WrUmrSC3FBZGlKwplBt0Qge8pmelhr4TgDfvc4gyW"
	    "qdg9UwCGkfiycL+dfnUvuCL7UPoA/hlY2+/FHCf3liZklHk9T/V27RTE1QqM"
	    "7FJqo1+F27vMurFTWP9BsmcvFq0HiJ0mp/ysL7fpHg==" },
};
static unsigned char sha256[DIGEST_LEN], sha1[DIGEST_SHA1_LEN];

static size_t
bytes(const char *base64, unsigned char *out, size_t cap)
{
	long n = base64_get(base64, strlen(base64), out, cap);

	return n < 0 ? 0 : (size_t)n;
}

static void
hash(void)
{
	struct digest d;
	struct digest_sha1 d1;

	digest_init(&d);
	digest_add(&d, "abc", 3);
	digest_end(&d, sha256);
	digest_sha1_init(&d1);
	digest_sha1_add(&d1, "abc", 3);
	digest_sha1_end(&d1, sha1);
}

static void
test_rsa(unsigned i)
{
	unsigned char key[512], bare[512], sig[256], longer[257] = { 0 };
	size_t key_len = bytes(rsa[i].spki, key, sizeof key), n, k;
	size_t bare_len = bytes(rsa[i].bare, bare, sizeof bare), bad;
	struct pubkey_rsa r, b;

	is_num(pubkey_rsa_parse(key, key_len, &r), 0, rsa[i].name);
	is_num(r.bits, rsa[i].bits, "its size");
	is_num(pubkey_rsa_parse(bare, bare_len, &b), 0, "as RSAPublicKey");
	ok(b.bits == r.bits && b.n_len == r.n_len && b.e_len == r.e_len &&
		memcmp(b.n, r.n, r.n_len) == 0 &&
		memcmp(b.e, r.e, r.e_len) == 0,
	    "is the same");
	n = bytes(rsa[i].sha1, sig, sizeof sig);
	ok(pubkey_rsa_verify(&r, PUBKEY_SHA1, sha1, sig, n), "SHA-1");
	ok(!pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, sig, n),
	    "is not SHA-256");
	n = bytes(rsa[i].sha256, sig, sizeof sig);
	ok(pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, sig, n), "SHA-256");
	ok(!pubkey_rsa_verify(&r, PUBKEY_SHA1, sha1, sig, n), "is not SHA-1");
	memcpy(longer + 1, sig, n);
	ok(!pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, longer, n + 1),
	    "a zero in front of the signature");
	ok(!pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, sig, n - 1),
	    "the last byte of it missing");
	ok(!pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, sig, 0), "none");
	for (k = bad = 0; k < n; k++) {
		sig[k] ^= 1;
		bad += pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, sig, n);
		sig[k] ^= 1;
	}
	is_num(bad, 0, "any byte of it changed");
	sha256[0] ^= 1;
	ok(!pubkey_rsa_verify(&r, PUBKEY_SHA256, sha256, sig, n),
	    "another hash");
	sha256[0] ^= 1;
	/* what is cut short is no key, and not read over */
	for (k = bad = 0; k < key_len; k++) {
		unsigned char *cut = malloc(k > 0 ? k : 1);

		memcpy(cut, key, k);
		bad += pubkey_rsa_parse(cut, k, &r) == 0;
		free(cut);
	}
	is_num(bad, 0, "no part of the key is a key");
}

/* an RSAPublicKey of so many bits, e of so many bytes; the answer of
 * pubkey_rsa_parse() and the bits it says */
static void
test_size(unsigned bits, size_t e_len, int want, unsigned want_bits,
    const char *name)
{
	unsigned char der[1200], *p = der + 4;
	size_t n = (bits + 7) / 8;
	struct pubkey_rsa k;

	*p++ = 0x02;
	*p++ = 0x82;
	*p++ = (unsigned char)((n + 1) >> 8);
	*p++ = (unsigned char)(n + 1);
	*p++ = 0;
	memset(p, 0xff, n);
	*p = 0xff >> (8 * n - bits);
	p += n;
	*p++ = 0x02;
	*p++ = (unsigned char)e_len;
	memset(p, 3, e_len);
	p += e_len;
	der[0] = 0x30;
	der[1] = 0x82;
	der[2] = (unsigned char)((p - der - 4) >> 8);
	der[3] = (unsigned char)(p - der - 4);
	is_num(pubkey_rsa_parse(der, p - der, &k), want, name);
	is_num(k.bits, want_bits, "its bits");
}

/* RFC 8032 section 7.1, TEST 3 */
static const unsigned char ed_key[] = { 0xfc, 0x51, 0xcd, 0x8e, 0x62, 0x18,
	0xa1, 0xa3, 0x8d, 0xa4, 0x7e, 0xd0, 0x02, 0x30, 0xf0, 0x58, 0x08, 0x16,
	0xed, 0x13, 0xba, 0x33, 0x03, 0xac, 0x5d, 0xeb, 0x91, 0x15, 0x48, 0x90,
	0x80, 0x25 };
static const unsigned char ed_sig[] = { 0x62, 0x91, 0xd6, 0x57, 0xde, 0xec,
	0x24, 0x02, 0x48, 0x27, 0xe6, 0x9c, 0x3a, 0xbe, 0x01, 0xa3, 0x0c, 0xe5,
	0x48, 0xa2, 0x84, 0x74, 0x3a, 0x44, 0x5e, 0x36, 0x80, 0xd7, 0xdb, 0x5a,
	0xc3, 0xac, 0x18, 0xff, 0x9b, 0x53, 0x8d, 0x16, 0xf2, 0x90, 0xae, 0x67,
	0xf7, 0x60, 0x98, 0x4d, 0xc6, 0x59, 0x4a, 0x7c, 0x15, 0xe9, 0x71, 0x6e,
	0xd2, 0x8d, 0xc0, 0x27, 0xbe, 0xce, 0xea, 0x1e, 0xc4, 0x0a };

int
main(void)
{
	static const unsigned char text[] = { 0xaf, 0x82 };
	unsigned char sig[64],
	    other[] = { 0x30, 0x0a, 0x30, 0x03, 0x06, 0x01, 0x2a, 0x03, 0x03,
		    0x00, 0x30, 0x00 };
	struct pubkey_rsa k;
	unsigned i;

	hash();
	for (i = 0; i < sizeof rsa / sizeof rsa[0]; i++)
		test_rsa(i);
	test_size(512, 3, 0, 512, "512 bits");
	test_size(511, 3, -1, 511, "511 bits");
	test_size(8192, 3, 0, 8192, "8192 bits");
	test_size(8193, 3, -1, 8193, "8193 bits");
	test_size(1024, 8, 0, 1024, "an exponent of 8 bytes");
	test_size(1024, 9, -1, 0, "of 9 bytes");
	is_num(pubkey_rsa_parse(other, sizeof other, &k), -1,
	    "another kind of key");
	is_num(pubkey_rsa_parse(ed_key, sizeof ed_key, &k), -1, "no key");
	ok(pubkey_ed25519_verify(ed_key, text, 2, ed_sig, 64), "ed25519");
	ok(!pubkey_ed25519_verify(ed_key, text, 1, ed_sig, 64), "another text");
	ok(!pubkey_ed25519_verify(ed_key, text, 2, ed_sig, 63),
	    "a byte missing");
	memcpy(sig, ed_sig, 64);
	sig[0] ^= 1;
	ok(!pubkey_ed25519_verify(ed_key, text, 2, sig, 64), "a bit changed");
	return done();
}
