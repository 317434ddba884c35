/* tls/hashes: SHA-256 for the engine does what BearSSL's own does */
#include "tls/hashes.h"
#include "base/random.h"
#include "tap.h"

enum { MOST = 300, BLOCK = 64, STATE = 32 };

static unsigned char data[MOST];
static const br_hash_class *const ours = &hashes_sha256,
				  *const theirs = &br_sha256_vtable;

/* in two pieces, looked at in between: the result, and what was in between */
static void
two_pieces(const br_hash_class *h, size_t at, size_t n, unsigned char *out)
{
	br_hash_compat_context c;

	h->init(&c.vtable);
	h->update(&c.vtable, data, at);
	h->out(&c.vtable, out);
	h->update(&c.vtable, at < n ? data + at : NULL, n - at);
	h->out(&c.vtable, out + STATE);
}

static void
pieces(void)
{
	unsigned char a[2 * STATE], b[2 * STATE];
	size_t n, at;
	int bad = 0;

	for (n = 0; n <= MOST; n += n < 2 * BLOCK + 2 ? 1 : 43)
		for (at = 0; at <= n; at++) {
			two_pieces(ours, at, n, a);
			two_pieces(theirs, at, n, b);
			bad += memcmp(a, b, sizeof a) != 0;
		}
	is_num(bad, 0, "in two pieces of any length, and between them");
}

/* what is kept goes from one to the other, and on */
static void
kept(void)
{
	br_hash_compat_context a, b;
	unsigned char sa[STATE], sb[STATE];
	size_t n;
	int bad = 0;

	for (n = 0; n + 10 <= MOST; n++) {
		ours->init(&a.vtable);
		theirs->init(&b.vtable);
		ours->update(&a.vtable, data, n);
		theirs->update(&b.vtable, data, n);
		bad += ours->state(&a.vtable, sa) != n;
		bad += theirs->state(&b.vtable, sb) != n;
		bad += memcmp(sa, sb, sizeof sa) != 0;
		if (n % BLOCK != 0)
			continue;
		ours->init(&a.vtable);
		theirs->init(&b.vtable);
		ours->set_state(&a.vtable, sb, n);
		theirs->set_state(&b.vtable, sa, n);
		ours->update(&a.vtable, data, 10);
		theirs->update(&b.vtable, data, 10);
		ours->out(&a.vtable, sa);
		theirs->out(&b.vtable, sb);
		bad += memcmp(sa, sb, sizeof sa) != 0;
	}
	is_num(bad, 0, "the state after any number of bytes, taken up again");
	is_num(ours->desc, theirs->desc, "described alike");
}

static void
mac(const br_hash_class *h, size_t key_len, size_t n, unsigned char *out)
{
	br_hmac_key_context key;
	br_hmac_context c;

	br_hmac_key_init(&key, h, data, key_len);
	br_hmac_init(&c, &key, 0);
	br_hmac_update(&c, "head", 4);
	br_hmac_outCT(&c, data, n, n / 2, MOST, out + STATE);
	br_hmac_update(&c, data, n);
	br_hmac_out(&c, out);
}

/* the MAC of a record with CBC, whose length nobody may see */
static void
macs(void)
{
	unsigned char a[2 * STATE], b[2 * STATE];
	size_t key_len, n;
	int bad = 0, other = 0;

	for (key_len = 0; key_len <= 2 * BLOCK; key_len += BLOCK / 2 + 1)
		for (n = 0; n <= MOST; n++) {
			mac(ours, key_len, n, a);
			mac(theirs, key_len, n, b);
			bad += memcmp(a, b, sizeof a) != 0;
			other += memcmp(a, a + STATE, STATE) != 0;
		}
	is_num(bad, 0, "HMAC, in time of the length and of the longest");
	is_num(other, 0, "and both are one");
}

static void
keys(void)
{
	unsigned char a[MOST] = { 0 }, b[MOST] = { 0 };
	const br_tls_prf_seed_chunk seed[] = { { data, 32 }, { data + 9, 32 } };
	size_t len, secret;
	int bad = 0;

	for (len = 0; len <= MOST; len++)
		for (secret = 0; secret <= 2 * BLOCK; secret += 24) {
			hashes_prf(a, len, data, secret, "key expansion",
			    len % 3, seed);
			br_tls12_sha256_prf(b, len, data, secret,
			    "key expansion", len % 3, seed);
			bad += memcmp(a, b, sizeof a) != 0;
		}
	is_num(bad, 0, "keys of any length, nothing behind them");
}

static void
chance(void)
{
	unsigned char a[MOST], b[MOST];
	br_hmac_drbg_context x, y;

	br_hmac_drbg_init(&x, ours, data, 40);
	br_hmac_drbg_init(&y, theirs, data, 40);
	br_hmac_drbg_update(&x, data + 50, 70);
	br_hmac_drbg_update(&y, data + 50, 70);
	br_hmac_drbg_generate(&x, a, sizeof a);
	br_hmac_drbg_generate(&y, b, sizeof b);
	ok(memcmp(a, b, sizeof a) == 0, "chance from the same seed");
}

/* all hashes of a handshake at once, asked in between */
static void
transcript(void)
{
	unsigned char a[64], b[64];
	br_multihash_context x, y;
	size_t i;
	int bad = 0;

	br_multihash_zero(&x);
	br_multihash_zero(&y);
	br_multihash_setimpl(&x, br_sha256_ID, ours);
	br_multihash_setimpl(&y, br_sha256_ID, theirs);
	br_multihash_init(&x);
	br_multihash_init(&y);
	for (i = 0; i + 7 <= MOST; i += 7) {
		br_multihash_update(&x, data + i, 7);
		br_multihash_update(&y, data + i, 7);
		bad += br_multihash_out(&x, br_sha256_ID, a) != STATE;
		br_multihash_out(&y, br_sha256_ID, b);
		bad += memcmp(a, b, STATE) != 0;
	}
	is_num(bad, 0, "the transcript of a handshake");
}

int
main(void)
{
	random_bytes(data, sizeof data);
	pieces();
	kept();
	macs();
	keys();
	chance();
	transcript();
	return done();
}
