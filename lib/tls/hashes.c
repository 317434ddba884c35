#include "tls/hashes.h"
#include "crypt/digest.h"
#include <assert.h>
#include <string.h>

struct sha256 {
	const br_hash_class *class; /* first */
	struct digest d;
};

/* what has room for any hash of the engine has it for this one */
static_assert(sizeof(struct sha256) <= sizeof(br_hash_compat_context),
    "br_hash_compat_context is too small");

static struct digest *
digest_of(const br_hash_class *const *c)
{
	return &((struct sha256 *)(uintptr_t)c)->d;
}

static void
init(const br_hash_class **c)
{
	*c = &hashes_sha256;
	digest_init(digest_of(c));
}

static void
update(const br_hash_class **c, const void *p, size_t n)
{
	/* with none, p may be NULL */
	if (n > 0)
		digest_add(digest_of(c), p, n);
}

static void
out(const br_hash_class *const *c, void *to)
{
	digest_peek(digest_of(c), to);
}

static uint64_t
state(const br_hash_class *const *c, void *to)
{
	return digest_state(digest_of(c), to);
}

static void
set_state(const br_hash_class **c, const void *from, uint64_t n)
{
	digest_set_state(digest_of(c), from, n);
}

const br_hash_class hashes_sha256 = {
	sizeof(struct sha256),
	BR_HASHDESC_ID(br_sha256_ID) | BR_HASHDESC_OUT(DIGEST_LEN) |
	    BR_HASHDESC_STATE(DIGEST_LEN) | BR_HASHDESC_LBLEN(6) |
	    BR_HASHDESC_MD_PADDING | BR_HASHDESC_MD_PADDING_BE,
	init,
	update,
	out,
	state,
	set_state,
};

/* HMAC of a, the label and the seed; a alone where label is NULL */
static void
hmac(const br_hmac_key_context *key, const unsigned char *a, size_t a_len,
    const char *label, size_t n, const br_tls_prf_seed_chunk *seed,
    unsigned char to[DIGEST_LEN])
{
	br_hmac_context c;
	size_t i;

	br_hmac_init(&c, key, 0);
	br_hmac_update(&c, a, a_len);
	if (label != NULL)
		br_hmac_update(&c, label, strlen(label));
	for (i = 0; i < n; i++)
		br_hmac_update(&c, seed[i].data, seed[i].len);
	br_hmac_out(&c, to);
}

void
hashes_prf(void *to, size_t len, const void *secret, size_t secret_len,
    const char *label, size_t n, const br_tls_prf_seed_chunk *seed)
{
	unsigned char a[DIGEST_LEN], piece[DIGEST_LEN], *p = to;
	br_hmac_key_context key;
	size_t k;

	br_hmac_key_init(&key, &hashes_sha256, secret, secret_len);
	hmac(&key, NULL, 0, label, n, seed, a);
	for (; len > 0; len -= k, p += k) {
		k = len < sizeof piece ? len : sizeof piece;
		hmac(&key, a, sizeof a, label, n, seed, piece);
		memcpy(p, piece, k);
		hmac(&key, a, sizeof a, NULL, 0, NULL, a);
	}
	explicit_bzero(a, sizeof a);
	explicit_bzero(piece, sizeof piece);
	explicit_bzero(&key, sizeof key);
}
