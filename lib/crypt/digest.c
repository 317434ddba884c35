#include "crypt/digest.h"
#include <nettle/memops.h>

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
digest_hmac(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[DIGEST_LEN])
{
	struct hmac_sha256_ctx c;

	hmac_sha256_set_key(&c, key_len, key);
	hmac_sha256_update(&c, n, p);
	hmac_sha256_digest(&c, DIGEST_LEN, out);
}

int
digest_equal(const void *a, const void *b, size_t n)
{
	return memeql_sec(a, b, n);
}
