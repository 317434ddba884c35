/* crypt/x25519: RFC 7748 sections 5.2 and 6.1, and points that share nothing */
#include "crypt/x25519.h"
#include "base/ascii.h"
#include "tap.h"

static const unsigned char *
bytes(const char *hex)
{
	static unsigned char room[4][X25519_LEN];
	static unsigned next;
	unsigned char *to = room[next++ % 4];
	size_t i;

	for (i = 0; i < X25519_LEN; i++)
		to[i] = (unsigned char)(ascii_hex_value(hex[2 * i]) << 4 |
		    ascii_hex_value(hex[2 * i + 1]));
	return to;
}

static void
gives(const char *secret, const char *theirs, const char *want,
    const char *name)
{
	unsigned char to[X25519_LEN];

	is_num(x25519_shared(to, bytes(secret), bytes(theirs)), 0, name);
	ok(memcmp(to, bytes(want), sizeof to) == 0, name);
}

static void
opens(const char *secret, const char *want, const char *name)
{
	unsigned char to[X25519_LEN];

	x25519_public(to, bytes(secret));
	ok(memcmp(to, bytes(want), sizeof to) == 0, name);
}

/* the secret is the point of the next time */
static void
many(void)
{
	unsigned char k[X25519_LEN] = { 9 }, u[X25519_LEN] = { 9 },
		      was[X25519_LEN];
	int i;

	for (i = 0; i < 1000; i++) {
		memcpy(was, k, sizeof was);
		x25519_shared(k, k, u);
		memcpy(u, was, sizeof u);
	}
	ok(memcmp(k,
	       bytes("684cf59ba83309552800ef566f2f4d3c"
		     "1c3887c49360e3875f2eb94d99532c51"),
	       sizeof k) == 0,
	    "a thousand times");
}

static void
nothing_shared(void)
{
	unsigned char zero[X25519_LEN] = { 0 }, one[X25519_LEN] = { 1 };
	unsigned char to[X25519_LEN] = "as it was", was[X25519_LEN];

	memcpy(was, to, sizeof was);
	is_num(
	    x25519_shared(to,
		bytes(
		    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
		zero),
	    -1, "zero shares nothing");
	is_num(
	    x25519_shared(to,
		bytes(
		    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
		one),
	    -1, "nor does one");
	ok(memcmp(to, was, sizeof to) == 0, "and nothing is given");
}

int
main(void)
{
	gives(
	    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
	    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
	    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
	    "5.2, the first");
	gives(
	    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
	    "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
	    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
	    "5.2, the second: the highest bit does not count");
	opens(
	    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
	    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
	    "6.1, Alice");
	opens(
	    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
	    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
	    "6.1, Bob");
	gives(
	    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
	    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
	    "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
	    "6.1, both");
	many();
	nothing_shared();
	return done();
}
