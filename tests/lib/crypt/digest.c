/* SHA-256, SHA-1, SHA-512 (FIPS 180-4 examples), HMAC-SHA-256 (RFC 4231) */
#include "crypt/digest.h"
#include "tap.h"

static const char *
hex(const unsigned char *p, size_t n)
{
	static char out[2 * DIGEST_SHA512_LEN + 1];
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

/* RFC 7914 section 11, the first 32 bytes; and a key longer than a block */
static void
test_pbkdf2(void)
{
	unsigned char out[DIGEST_LEN];
	struct digest_pbkdf2 k;
	char key[100], salt[64];
	unsigned steps = 1;

	digest_pbkdf2("passwd", 6, "salt", 4, 1, out);
	is_str(hex(out, DIGEST_LEN),
	    "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
	    "PBKDF2, one round");
	digest_pbkdf2("Password", 8, "NaCl", 4, 80000, out);
	is_str(hex(out, DIGEST_LEN),
	    "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
	    "PBKDF2, 80,000 rounds");
	digest_pbkdf2_begin(&k, "Password", 8, "NaCl", 4, 80000);
	while (digest_pbkdf2_step(&k, 1000))
		steps++;
	ok(memcmp(k.out, out, DIGEST_LEN) == 0, "in steps");
	is_num(steps, 80, "so many");
	is_num(digest_pbkdf2_step(&k, 1000), 0, "and it stays so");
	ok(memcmp(k.out, out, DIGEST_LEN) == 0, "with the key");
	memset(key, 'k', sizeof key);
	memset(salt, 's', sizeof salt);
	digest_pbkdf2(key, sizeof key, salt, sizeof salt, 3, out);
	is_str(hex(out, DIGEST_LEN),
	    "d27833a945db493624318c9760c062f0b7319cdd2774bbd8889a142b2a96e4dd",
	    "a long key");
}

/* the first words of FIPS 180-4 section 5.3.3; and half a message, kept */
static void
test_state(void)
{
	unsigned char block[64], words[DIGEST_LEN], out[DIGEST_LEN];
	struct digest d, later;

	memset(block, 'a', sizeof block);
	digest_init(&d);
	is_num(digest_state(&d, words), 0, "no bytes yet");
	is_str(hex(words, DIGEST_LEN),
	    "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19",
	    "and the words to begin with");
	digest_add(&d, block, sizeof block);
	digest_add(&d, "b", 1);
	is_num(digest_state(&d, words), 65, "one block and a byte");
	memset(&later, 0, sizeof later);
	digest_set_state(&later, words, 64);
	digest_add(&later, "b", 1);
	digest_end(&later, out);
	digest_peek(&d, words);
	ok(memcmp(words, out, DIGEST_LEN) == 0, "taken up elsewhere");
	digest_end(&d, out);
	ok(memcmp(words, out, DIGEST_LEN) == 0, "a look changes nothing");
}

int
main(void)
{
	unsigned char out[DIGEST_LEN], sum[DIGEST_SHA512_LEN], key[131];
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
	digest_sha512("abc", 3, sum);
	is_str(hex(sum, sizeof sum),
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	    "SHA-512");
	ok(digest_equal("abc", "abc", 3), "equal");
	ok(!digest_equal("abc", "abd", 3), "the last byte differs");
	ok(!digest_equal("abc", "bbc", 3), "the first byte differs");
	ok(digest_equal("abc", "abd", 2), "only so many count");
	ok(digest_equal("a", "b", 0), "none count");
	test_pbkdf2();
	test_state();
	return done();
}
