/* tls/bearkey: the keys of certificates, and none that is too large */
#include "pkidir.h"
#include "tap.h"
#include "tls/bearkey.h"

static struct certparts parts;

static int
key_of(const char *file, br_x509_pkey *k)
{
	static char *text;
	size_t n;

	free(text);
	text = pkidir_text(file, &n);
	certparts_read((unsigned char *)text, n, &parts);
	return bearkey_of(&parts, k);
}

static void
curves(void)
{
	static const struct {
		const char *file;
		int curve;
		size_t n;
	} cases[] = { { "p256.der", BR_EC_secp256r1, 65 },
		{ "p384.der", BR_EC_secp384r1, 97 },
		{ "p521.der", BR_EC_secp521r1, 133 } };
	br_x509_pkey k;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(key_of(cases[i].file, &k), 0, cases[i].file);
		is_num(k.key_type, BR_KEYTYPE_EC, "is of a curve");
		is_num(k.key.ec.curve, cases[i].curve, "which is this");
		is_num((long long)k.key.ec.qlen, (long long)cases[i].n,
		    "a point");
		is_num(k.key.ec.q[0], 4, "whole");
	}
	is_num(key_of("ed.der", &k), -1, "of a curve that is not known");
	parts.key = CERTPARTS_P256;
	is_num(bearkey_of(&parts, &k), -1, "and none without a point");
}

static void
rsa(void)
{
	br_x509_pkey k;

	is_num(key_of("rsa4096.der", &k), 0, "RSA, as large as may be");
	is_num(k.key_type, BR_KEYTYPE_RSA, "is RSA");
	is_num((long long)k.key.rsa.nlen, 512, "with its modulus");
	ok(k.key.rsa.n[0] >= 128, "from its first bit");
	is_num((long long)k.key.rsa.elen, 3, "and exponent");
	is_num(key_of("rsa4104.der", &k), -1, "a byte more");
	is_num(parts.bits, 4104, "is what it is");
}

int
main(void)
{
	pkidir_make("p256 key=ec256\np384 key=ec384\np521 key=ec521\n"
		    "ed key=ed25519\nrsa4096 key=rsa4096\n"
		    "rsa4104 key=rsa4104\n");
	curves();
	rsa();
	pkidir_remove();
	return done();
}
