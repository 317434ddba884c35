#include "crypt/digest.h"
#include <nettle/memops.h>
#include <string.h>

void
digest_init(struct digest *d)
{
	sha256_init(&d->ctx);
}

void
digest_add(struct digest *d, const void *p, size_t n)
{
	sha256_update(&d->ctx, n, p);
}

void
digest_end(struct digest *d, unsigned char out[DIGEST_LEN])
{
	sha256_digest(&d->ctx, DIGEST_LEN, out);
}

void
digest_peek(const struct digest *d, unsigned char out[DIGEST_LEN])
{
	struct digest copy = *d;

	digest_end(&copy, out);
}

uint64_t
digest_state(const struct digest *d, unsigned char words[DIGEST_LEN])
{
	size_t i;

	for (i = 0; i < DIGEST_LEN; i++)
		words[i] = d->ctx.state[i / 4] >> (24 - i % 4 * 8) & 0xff;
	return d->ctx.count * SHA256_BLOCK_SIZE + d->ctx.index;
}

void
digest_set_state(struct digest *d, const unsigned char words[DIGEST_LEN],
    uint64_t n)
{
	size_t i;

	memset(d->ctx.state, 0, sizeof d->ctx.state);
	for (i = 0; i < DIGEST_LEN; i++)
		d->ctx.state[i / 4] |= (uint32_t)words[i] << (24 - i % 4 * 8);
	d->ctx.count = n / SHA256_BLOCK_SIZE;
	d->ctx.index = n % SHA256_BLOCK_SIZE;
}

void
digest_sha1_init(struct digest_sha1 *d)
{
	sha1_init(&d->ctx);
}

void
digest_sha1_add(struct digest_sha1 *d, const void *p, size_t n)
{
	sha1_update(&d->ctx, n, p);
}

void
digest_sha1_end(struct digest_sha1 *d, unsigned char out[DIGEST_SHA1_LEN])
{
	sha1_digest(&d->ctx, DIGEST_SHA1_LEN, out);
}

void
digest_sha512(const void *p, size_t n, unsigned char out[DIGEST_SHA512_LEN])
{
	struct sha512_ctx c;

	sha512_init(&c);
	sha512_update(&c, n, p);
	sha512_digest(&c, DIGEST_SHA512_LEN, out);
}

void
digest_hmac(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[DIGEST_LEN])
{
	struct hmac_sha256_ctx c;

	hmac_sha256_set_key(&c, key_len, key);
	hmac_sha256_update(&c, n, p);
	hmac_sha256_digest(&c, DIGEST_LEN, out);
}

void
digest_pbkdf2_begin(struct digest_pbkdf2 *k, const void *password, size_t n,
    const void *salt, size_t salt_len, unsigned rounds)
{
	static const unsigned char first_block[] = { 0, 0, 0, 1 };

	hmac_sha256_set_key(&k->key, n, password);
	hmac_sha256_update(&k->key, salt_len, salt);
	hmac_sha256_update(&k->key, sizeof first_block, first_block);
	hmac_sha256_digest(&k->key, DIGEST_LEN, k->u);
	memcpy(k->out, k->u, DIGEST_LEN);
	k->left = rounds - 1;
}

int
digest_pbkdf2_step(struct digest_pbkdf2 *k, unsigned rounds)
{
	size_t i;

	for (; rounds > 0 && k->left > 0; rounds--, k->left--) {
		hmac_sha256_update(&k->key, DIGEST_LEN, k->u);
		hmac_sha256_digest(&k->key, DIGEST_LEN, k->u);
		for (i = 0; i < DIGEST_LEN; i++)
			k->out[i] ^= k->u[i];
	}
	return k->left > 0;
}

void
digest_pbkdf2(const void *password, size_t n, const void *salt, size_t salt_len,
    unsigned rounds, unsigned char out[DIGEST_LEN])
{
	struct digest_pbkdf2 k;

	digest_pbkdf2_begin(&k, password, n, salt, salt_len, rounds);
	digest_pbkdf2_step(&k, rounds);
	memcpy(out, k.out, DIGEST_LEN);
	explicit_bzero(&k, sizeof k);
}

int
digest_equal(const void *a, const void *b, size_t n)
{
	return memeql_sec(a, b, n);
}
