/* crypt/p256: the example of RFC 6979 section A.2.5; tests/lib/tls/ecverify.c
 * has what else may come */
#include "crypt/p256.h"
#include "crypt/digest.h"
#include "base/ascii.h"
#include "tap.h"

static void
bytes(unsigned char *to, const char *hex)
{
	for (; *hex != '\0'; hex += 2)
		*to++ = (unsigned char)(ascii_hex_value(hex[0]) << 4 |
		    ascii_hex_value(hex[1]));
}

int
main(void)
{
	unsigned char key[P256_KEY_LEN], rs[P256_RS_LEN], hash[DIGEST_LEN];
	struct digest d;
	size_t i;
	int held = 0;

	bytes(key,
	    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
	    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
	bytes(rs,
	    "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
	    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
	digest_init(&d);
	digest_add(&d, "sample", 6);
	digest_end(&d, hash);
	is_num(p256_verify(key, hash, sizeof hash, rs, sizeof rs), 1,
	    "a signature of \"sample\"");
	for (i = 0; i < sizeof rs; i++) {
		rs[i] ^= 1;
		held += p256_verify(key, hash, sizeof hash, rs, sizeof rs);
		rs[i] ^= 1;
	}
	is_num(held, 0, "not with another r or s");
	hash[31] ^= 1;
	is_num(p256_verify(key, hash, sizeof hash, rs, sizeof rs), 0,
	    "and not of another hash");
	return done();
}
