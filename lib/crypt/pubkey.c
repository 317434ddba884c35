#include "crypt/pubkey.h"
#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <sodium.h>
#include <string.h>

/* what an ASN.1 reader needs to know: the rest of the bytes */
struct der {
	const unsigned char *p, *end;
};

/* one element of this tag: its content into *in, *d moved behind it */
static int
element(struct der *d, unsigned char tag, struct der *in)
{
	size_t n, k;

	if (d->end - d->p < 2 || *d->p != tag)
		return -1;
	n = d->p[1];
	d->p += 2;
	if (n & 0x80) {
		k = n & 0x7f;
		if (k < 1 || k > 3 || (size_t)(d->end - d->p) < k)
			return -1;
		for (n = 0; k > 0; k--)
			n = n << 8 | *d->p++;
	}
	if ((size_t)(d->end - d->p) < n)
		return -1;
	in->p = d->p;
	in->end = d->p += n;
	return 0;
}

static int
integer(struct der *d, const unsigned char **p, size_t *n)
{
	struct der i;

	if (element(d, 0x02, &i) == -1)
		return -1;
	while (i.p < i.end && *i.p == 0)
		i.p++;
	*p = i.p;
	*n = i.end - i.p;
	return *n > 0 ? 0 : -1;
}

static int
bare(struct der d, struct pubkey_rsa *k)
{
	struct der seq;
	unsigned char top;

	if (element(&d, 0x30, &seq) == -1 ||
	    integer(&seq, &k->n, &k->n_len) == -1 ||
	    integer(&seq, &k->e, &k->e_len) == -1 ||
	    k->e_len > PUBKEY_RSA_E_MAX)
		return -1;
	k->bits = 8 * (k->n_len > 65536 ? 65536 : k->n_len);
	for (top = k->n[0]; !(top & 0x80); top <<= 1)
		k->bits--;
	return k->bits < PUBKEY_RSA_BITS_MIN || k->bits > PUBKEY_RSA_BITS_MAX
	    ? -1
	    : 0;
}

int
pubkey_rsa_parse(const unsigned char *p, size_t n, struct pubkey_rsa *k)
{
	static const unsigned char rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x01, 0x01 };
	struct der d = { p, p + n }, seq, alg, oid, bits;

	k->bits = 0;
	if (element(&d, 0x30, &seq) == -1)
		return -1;
	if (seq.p < seq.end && *seq.p == 0x02)
		return bare((struct der){ p, p + n }, k);
	if (element(&seq, 0x30, &alg) == -1 ||
	    element(&alg, 0x06, &oid) == -1 || oid.end - oid.p != sizeof rsa ||
	    memcmp(oid.p, rsa, sizeof rsa) != 0 ||
	    element(&seq, 0x03, &bits) == -1 || bits.p == bits.end ||
	    *bits.p != 0)
		return -1;
	bits.p++;
	return bare(bits, k);
}

int
pubkey_rsa_verify(const struct pubkey_rsa *k, enum pubkey_hash hash_of,
    const unsigned char *hash, const unsigned char *sig, size_t sig_len)
{
	struct rsa_public_key key;
	mpz_t s;
	int r = 0;

	/* RFC 8017 section 8.2.2 step 1 */
	if (sig_len != k->n_len)
		return 0;
	rsa_public_key_init(&key);
	nettle_mpz_set_str_256_u(key.n, k->n_len, k->n);
	nettle_mpz_set_str_256_u(key.e, k->e_len, k->e);
	nettle_mpz_init_set_str_256_u(s, sig_len, sig);
	/* an even modulus makes some versions of gmp stop the program */
	if (mpz_odd_p(key.n) && rsa_public_key_prepare(&key) &&
	    mpz_cmp(s, key.n) < 0)
		r = hash_of == PUBKEY_SHA1
		    ? rsa_sha1_verify_digest(&key, hash, s)
		    : rsa_sha256_verify_digest(&key, hash, s);
	mpz_clear(s);
	rsa_public_key_clear(&key);
	return r;
}

int
pubkey_ed25519_verify(const unsigned char key[PUBKEY_ED25519_LEN],
    const unsigned char *hash, size_t hash_len, const unsigned char *sig,
    size_t sig_len)
{
	return sig_len == PUBKEY_ED25519_SIG_LEN &&
	    crypto_sign_verify_detached(sig, hash, hash_len, key) == 0;
}
