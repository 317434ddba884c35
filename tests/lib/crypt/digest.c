/* SHA-256, SHA-1 (FIPS 180-4 examples), HMAC-SHA-256 (RFC 4231) */
#include "crypt/digest.h"
#include "tap.h"

static const char *
hex(const unsigned char *p, size_t n)
{
	static char out[2 * DIGEST_LEN + 1];
	size_t i;

	for (i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", p[i]);
	return out;
}

static const char two_blocks[] =
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
static const struct {
	const char *in, *sha256, *sha1, *name;
} cases[] = {
	{ "",
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    "da39a3ee5e6b4b0d3255bfef95601890afd80709", "nothing" },
	{ "abc",
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "a9993e364706816aba3e25717850c26c9cd0d89d", "one block" },
	{ two_blocks,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "two blocks" },
};

static void
test_sums(const char *in, const char *sha256, const char *sha1,
    const char *name)
{
	unsigned char out[DIGEST_LEN];
	struct digest d;
	struct digest_sha1 d1;
	size_t i, n = strlen(in);

	digest_init(&d);
	digest_add(&d, in, n);
	digest_end(&d, out);
	is_str(hex(out, DIGEST_LEN), sha256, name);
	/* and once more, in bytes, without another init */
	for (i = 0; i < n; i++)
		digest_add(&d, in + i, 1);
	digest_end(&d, out);
	is_str(hex(out, DIGEST_LEN), sha256, name);
	digest_sha1_init(&d1);
	digest_sha1_add(&d1, in, n);
	digest_sha1_end(&d1, out);
	is_str(hex(out, DIGEST_SHA1_LEN), sha1, name);
	for (i = 0; i < n; i++)
		digest_sha1_add(&d1, in + i, 1);
	digest_sha1_end(&d1, out);
	is_str(hex(out, DIGEST_SHA1_LEN), sha1, name);
}

int
main(void)
{
	unsigned char out[DIGEST_LEN], key[131];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		test_sums(cases[i].in, cases[i].sha256, cases[i].sha1,
		    cases[i].name);
	digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, out);
	is_str(hex(out, DIGEST_LEN),
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "RFC 4231 section 4.3");
	memset(key, 0xaa, sizeof key);
	digest_hmac(key, sizeof key,
	    "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
	is_str(hex(out, DIGEST_LEN),
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
	    "RFC 4231 section 4.7");
	ok(digest_equal("abc", "abc", 3), "equal");
	ok(!digest_equal("abc", "abd", 3), "the last byte differs");
	ok(!digest_equal("abc", "bbc", 3), "the first byte differs");
	ok(digest_equal("abc", "abd", 2), "only so many count");
	ok(digest_equal("a", "b", 0), "none count");
	return done();
}
