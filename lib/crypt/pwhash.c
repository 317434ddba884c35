#include "crypt/pwhash.h"
#include <sodium.h>
#include <string.h>

_Static_assert(PWHASH_TEXT_MAX == crypto_pwhash_STRBYTES, "its size");
_Static_assert(PWHASH_SALT_LEN == crypto_pwhash_SALTBYTES, "the salt's");

enum {
	DIGITS = 9,  /* of a number, at most */
	WHOLE = 1024 /* bytes of a kilobyte */
};

struct parts {
	unsigned long kb, passes;
	unsigned char salt[PWHASH_SALT_LEN], hash[PWHASH_HASH_MAX];
	size_t hash_len;
};

/* a word of the form, as it stands; 0, or -1 when another stands there */
static int
expect(const char **p, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - *p) < n || memcmp(*p, word, n) != 0)
		return -1;
	*p += n;
	return 0;
}

/* 0: there are no digits, or too many */
static unsigned long
number(const char **p, const char *end)
{
	unsigned long u = 0;
	unsigned n = 0;

	for (; *p < end && **p >= '0' && **p <= '9' && n < DIGITS; n++)
		u = u * 10 + (unsigned long)(*(*p)++ - '0');
	return u;
}

/* base64 without padding; how many bytes, 0 when it is none or too long */
static size_t
bytes(const char **p, const char *end, unsigned char *out, size_t cap)
{
	const char *stop;
	size_t n;

	if (sodium_base642bin(out, cap, *p, end - *p, NULL, &n, &stop,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == -1)
		return 0;
	*p = stop;
	return n;
}

/* 0, or -1 when it has another form */
static int
parse(struct parts *a, const char *p, size_t n)
{
	const char *end = p + n;

	if (n >= PWHASH_TEXT_MAX ||
	    expect(&p, end, "$argon2id$v=19$m=") == -1 ||
	    (a->kb = number(&p, end)) < PWHASH_MEMORY_MIN / WHOLE ||
	    expect(&p, end, ",t=") == -1 ||
	    (a->passes = number(&p, end)) == 0 ||
	    expect(&p, end, ",p=1$") == -1 ||
	    bytes(&p, end, a->salt, sizeof a->salt) != PWHASH_SALT_LEN ||
	    expect(&p, end, "$") == -1)
		return -1;
	a->hash_len = bytes(&p, end, a->hash, sizeof a->hash);
	return p == end && a->hash_len >= PWHASH_HASH_MIN ? 0 : -1;
}

const char *
pwhash_fault(const char *p, size_t n)
{
	struct parts a;

	if (parse(&a, p, n) == -1)
		return "no argon2id hash";
	if (a.kb > PWHASH_MEMORY_MAX / WHOLE)
		return "hash of more than 256 MiB";
	return a.passes > PWHASH_PASSES_MAX ? "hash of more than 10 passes"
					    : NULL;
}

int
pwhash_make(char out[PWHASH_TEXT_MAX], const char *password, size_t n)
{
	if (sodium_init() == -1)
		return -1;
	return crypto_pwhash_str_alg(out, password, n, PWHASH_PASSES,
	    PWHASH_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
}

/* not crypto_pwhash_str_verify(): for that one without memory is another
 * password */
int
pwhash_is(const char *text, const char *password, size_t n)
{
	unsigned char hash[PWHASH_HASH_MAX];
	struct parts a;
	int r;

	if (parse(&a, text, strlen(text)) == -1 || sodium_init() == -1 ||
	    crypto_pwhash(hash, a.hash_len, password, n, a.salt, a.passes,
		a.kb * WHOLE, crypto_pwhash_ALG_ARGON2ID13) == -1)
		return -1;
	r = sodium_memcmp(hash, a.hash, a.hash_len) == 0;
	sodium_memzero(hash, sizeof hash);
	return r;
}
