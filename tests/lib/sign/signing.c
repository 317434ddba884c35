#include "sign/signing.h"
#include "tap.h"

static void
keys(void)
{
	static const struct {
		const char *name;
		int good;
	} c[] = { { "a", 1 }, { "s1.pem", 1 }, { "example.org/s1.pem", 1 },
		{ "a/b/c", 1 }, { "A_b-9.x/y", 1 }, { "", 0 }, { "/", 0 },
		{ "/a", 0 }, { "a/", 0 }, { "a//b", 0 }, { ".", 0 },
		{ "..", 0 }, { "../a", 0 }, { "a/../b", 0 }, { "a/.b", 0 },
		{ ".a", 0 }, { "a b", 0 }, { "a\nb", 0 }, { "a\\b", 0 },
		{ "a/./b", 0 }, { "\xc3\xa4", 0 }, { "a..b", 1 }, { "-a", 1 } };
	char t[SIGNING_KEY_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof c / sizeof c[0]; i++)
		is_num(signing_key(c[i].name, strlen(c[i].name)), c[i].good,
		    c[i].name);
	is_num(signing_key("a\0b", 3), 0, "a NUL in it");
	memset(t, 'a', sizeof t);
	is_num(signing_key(t, SIGNING_KEY_MAX), 1, "as long as may be");
	is_num(signing_key(t, SIGNING_KEY_MAX + 1), 0, "one byte longer");
}

#define HEX32 "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"
#define B64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static void
requests(void)
{
	static const struct {
		const char *text;
		const char *fault; /* NULL: good */
	} c[] = {
		{ "rsa-sha256 k " HEX32, NULL },
		{ "ed25519-sha256 k/l " B64, NULL },
		{ "", "not a request: want ALGORITHM KEY DIGEST" },
		{ "rsa-sha256", "not a request: want ALGORITHM KEY DIGEST" },
		{ "rsa-sha256 k", "not a request: want ALGORITHM KEY DIGEST" },
		{ "rsa-sha1 k " HEX32, "unknown algorithm" },
		{ "RSA-SHA256 k " HEX32, "unknown algorithm" },
		{ "rsa-sha256  k " HEX32, "not a name of a key" },
		{ "rsa-sha256 ../k " HEX32, "not a name of a key" },
		{ "rsa-sha256 k 00", "not a digest of 32 bytes" },
		{ "rsa-sha256 k " HEX32 "0", "not a digest of 32 bytes" },
		{ "rsa-sha256 k x" B64, "not a digest of 32 bytes" },
		{ "rsa-sha256 k " B64 " ", "not a digest of 32 bytes" },
		{ "rsa-sha256 k g00102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F0",
		    "not a digest of 32 bytes" },
	};
	struct signing_request r;
	const char *f;
	size_t i;

	for (i = 0; i < sizeof c / sizeof c[0]; i++) {
		f = signing_get(c[i].text, strlen(c[i].text), &r);
		is_str(f == NULL ? "good" : f,
		    c[i].fault == NULL ? "good" : c[i].fault, c[i].text);
		if (f == NULL)
			is_num(r.digest[0] == 0 && r.digest[31] == 31, 1,
			    "its digest");
	}
}

static void
round_trip(void)
{
	struct signing_request r, s;
	struct buf b = { 0 };
	unsigned i;

	memset(&r, 0, sizeof r);
	memset(r.key, 'k', SIGNING_KEY_MAX);
	r.algorithm = SIGNING_ED25519_SHA256;
	for (i = 0; i < 32; i++)
		r.digest[i] = 7 * i;
	is_num(signing_put(&b, &r), 0, "the longest request is made");
	ok(buf_len(&b) < SIGNING_REQUEST_MAX, "it is not too long");
	is_str(signing_get(buf_data(&b) + 4, buf_len(&b) - 5, &s) == NULL
		? "good"
		: "bad",
	    "good", "and is read");
	ok(s.algorithm == r.algorithm && strcmp(s.key, r.key) == 0 &&
		memcmp(s.digest, r.digest, 32) == 0,
	    "as what it was");
	buf_free(&b);
}

int
main(void)
{
	keys();
	requests();
	round_trip();
	return done();
}
