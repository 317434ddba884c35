/* tls/ecverify and crypt/p256: what BearSSL signs holds, and nothing else; as
 * BearSSL itself would say */
#include "tls/ecverify.h"
#include "base/random.h"
#include "crypt/p256.h"
#include "tap.h"

enum { POINT = 97, ROUNDS = 40 };

struct signer {
	unsigned char x[48], q[POINT];
	br_ec_private_key secret;
	br_ec_public_key key;
};

static void
make(struct signer *s, int curve, size_t n)
{
	const br_ec_impl *ec = br_ec_get_default();

	random_bytes(s->x, sizeof s->x);
	s->x[0] &= 0x7f;
	s->secret = (br_ec_private_key){ curve, s->x, n };
	s->key =
	    (br_ec_public_key){ curve, s->q, ec->mulgen(s->q, s->x, n, curve) };
}

static size_t
sign(const struct signer *s, const br_hash_class *h, const void *hash,
    unsigned char *sig)
{
	return br_ecdsa_i31_sign_asn1(br_ec_get_default(), h, hash, &s->secret,
	    sig);
}

static uint32_t
holds(const struct signer *s, const void *hash, size_t n, const void *sig,
    size_t sig_len)
{
	return ecverify(br_ec_get_default(), hash, n, &s->key, sig, sig_len);
}

static void
right_and_wrong(int curve, size_t n, const br_hash_class *h, size_t hash_len,
    const char *name)
{
	unsigned char hash[64], sig[160], bad[160];
	struct signer s, other;
	unsigned i, good = 0, wrong = 0;
	size_t len;

	for (i = 0; i < ROUNDS; i++) {
		make(&s, curve, n);
		make(&other, curve, n);
		random_bytes(hash, sizeof hash);
		len = sign(&s, h, hash, sig);
		good += holds(&s, hash, hash_len, sig, len);
		wrong += holds(&other, hash, hash_len, sig, len);
		memcpy(bad, sig, len);
		bad[len - 1 - i % 20] ^= (unsigned char)(1 << i % 8);
		wrong += holds(&s, hash, hash_len, bad, len);
		wrong += holds(&s, hash, hash_len, sig, len - 1);
		hash[i % 32] ^= 1;
		wrong += holds(&s, hash, hash_len, sig, len);
	}
	is_num(good, ROUNDS, name);
	is_num(wrong, 0, "and nothing else");
}

/* r and s of so many bytes, as DER */
static size_t
der(unsigned char *to, const unsigned char *r, const unsigned char *s, size_t n)
{
	to[0] = 0x30;
	to[1] = (unsigned char)(2 * (n + 2));
	to[2] = to[4 + n] = 2;
	to[3] = to[5 + n] = (unsigned char)n;
	memcpy(to + 4, r, n);
	memcpy(to + 6 + n, s, n);
	return 6 + 2 * n;
}

/* integers of so many bytes each: made raw they need twice the longer one */
static uint32_t
unlike(const struct signer *s, size_t r_len, size_t s_len)
{
	unsigned char sig[160];
	size_t n = 6 + r_len + s_len;

	memset(sig, 0x41, sizeof sig);
	sig[0] = 0x30;
	sig[1] = (unsigned char)(n - 2);
	sig[2] = sig[4 + r_len] = 2;
	sig[3] = (unsigned char)r_len;
	sig[5 + r_len] = (unsigned char)s_len;
	return holds(s, "a hash of 32 bytes, or so, or so", 32, sig, n);
}

static void
unlike_lengths(void)
{
	struct signer s;
	size_t r_len;
	unsigned good = 0;

	make(&s, BR_EC_secp256r1, 32);
	is_num(unlike(&s, 73, 1), 0, "r is long, s is short");
	is_num(unlike(&s, 50, 24), 0, "r is longer than half");
	is_num(unlike(&s, 1, 73), 0, "s is long, r is short");
	for (r_len = 0; r_len <= 74; r_len++)
		good += unlike(&s, r_len, 74 - r_len);
	is_num(good, 0, "and all others of 80 bytes");
}

static void
odd(void)
{
	static const unsigned char zero[33], one[33] = { [32] = 1 };
	unsigned char hash[32] = "a hash", sig[160], q[POINT];
	const unsigned char *order;
	struct signer s;
	size_t len, n;

	make(&s, BR_EC_secp256r1, 32);
	len = sign(&s, &br_sha256_vtable, hash, sig);
	is_num(holds(&s, hash, 32, sig, len), 1, "a signature");
	sig[len] = 0;
	is_num(holds(&s, hash, 32, sig, len + 1), 0, "and a byte behind it");
	memcpy(q, s.q, sizeof q);
	s.q[40] ^= 1;
	is_num(holds(&s, hash, 32, sig, len), 0, "a point beside the curve");
	memset(s.q + 1, 0, 64);
	is_num(holds(&s, hash, 32, sig, len), 0, "a point of zeros");
	memset(s.q + 1, 0xff, 64);
	is_num(holds(&s, hash, 32, sig, len), 0, "one that is too large");
	memcpy(s.q, q, sizeof q);
	s.q[0] = 3;
	is_num(holds(&s, hash, 32, sig, len), 0, "another form of a point");
	s.q[0] = 4;
	s.key.qlen--;
	is_num(holds(&s, hash, 32, sig, len), 0, "a short one");
	s.key.qlen++;
	n = der(sig, zero, zero, 33);
	is_num(holds(&s, hash, 32, sig, n), 0, "zeros");
	n = der(sig, one, zero, 33);
	is_num(holds(&s, hash, 32, sig, n), 0, "s is zero");
	order = br_ec_get_default()->order(BR_EC_secp256r1, &n);
	n = der(sig, order, order, 32);
	is_num(holds(&s, hash, 32, sig, n), 0, "the order of the curve");
	is_num(holds(&s, hash, 32, sig, 0), 0, "nothing");
	memset(sig, 0x30, sizeof sig);
	is_num(holds(&s, hash, 32, sig, 80), 0, "rubbish");
	is_num(holds(&s, hash, 32, sig, 81), 0, "and too much of it");
	is_num(p256_verify(s.q + 1, hash, 32, zero, 0), 0, "no r and s");
	is_num(p256_verify(s.q + 1, hash, 32, sig, 65), 0, "nor odd ones");
}

int
main(void)
{
	right_and_wrong(BR_EC_secp256r1, 32, &br_sha256_vtable, 32,
	    "P-256 with SHA-256");
	right_and_wrong(BR_EC_secp256r1, 32, &br_sha384_vtable, 48,
	    "P-256 with SHA-384");
	right_and_wrong(BR_EC_secp256r1, 32, &br_sha512_vtable, 64,
	    "P-256 with SHA-512");
	right_and_wrong(BR_EC_secp384r1, 48, &br_sha384_vtable, 48,
	    "P-384 as before");
	odd();
	unlike_lengths();
	return done();
}
