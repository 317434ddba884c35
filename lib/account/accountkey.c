#include "account/accountkey.h"
#include "crypt/digest.h"
#include <string.h>

static int
is_hex(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!ascii_digit(p[i]) && (p[i] < 'a' || p[i] > 'f'))
			return 0;
	return 1;
}

int
accountkey_is_number(const char *p, size_t n)
{
	return n == ACCOUNTKEY_NUMBER && is_hex(p, n);
}

int
accountkey_scan(const char *p, size_t n, struct accountkey *k)
{
	const char *secret;

	if (n != ACCOUNTKEY_ROOM - 1)
		return -1;
	secret = p + 3 + ACCOUNTKEY_NUMBER + 1;
	if (memcmp(p, "rp_", 3) != 0 || !is_hex(p + 3, ACCOUNTKEY_NUMBER) ||
	    secret[-1] != '_' || !is_hex(secret, ACCOUNTKEY_SECRET))
		return -1;
	memset(k, 0, sizeof *k);
	memcpy(k->number, p + 3, ACCOUNTKEY_NUMBER);
	memcpy(k->secret, secret, ACCOUNTKEY_SECRET);
	return 0;
}

void
accountkey_text(const struct accountkey *k, char out[ACCOUNTKEY_ROOM])
{
	memcpy(out, "rp_", 3);
	memcpy(out + 3, k->number, ACCOUNTKEY_NUMBER);
	out[3 + ACCOUNTKEY_NUMBER] = '_';
	memcpy(out + 3 + ACCOUNTKEY_NUMBER + 1, k->secret,
	    ACCOUNTKEY_SECRET + 1);
}

static void
hex(const unsigned char sum[DIGEST_LEN], char out[ACCOUNTKEY_HASH + 1])
{
	int i;

	for (i = 0; i < DIGEST_LEN; i++)
		ascii_hex(out + 2 * i, sum[i]);
	out[ACCOUNTKEY_HASH] = '\0';
}

void
accountkey_hash(const struct accountkey *k, char out[ACCOUNTKEY_HASH + 1])
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;

	digest_init(&d);
	digest_add(&d, k->secret, ACCOUNTKEY_SECRET);
	digest_end(&d, sum);
	hex(sum, out);
}

int
accountkey_is(const struct accountkey *k, const char hash[ACCOUNTKEY_HASH + 1])
{
	char own[ACCOUNTKEY_HASH + 1];

	accountkey_hash(k, own);
	return digest_equal(own, hash, ACCOUNTKEY_HASH);
}

int
accountkey_signed(const char hash[ACCOUNTKEY_HASH + 1], struct slice text,
    struct slice sum)
{
	unsigned char mac[DIGEST_LEN];
	char own[ACCOUNTKEY_HASH + 1];

	digest_hmac(hash, ACCOUNTKEY_HASH, text.p, text.n, mac);
	hex(mac, own);
	return sum.n == ACCOUNTKEY_HASH &&
	    digest_equal(own, sum.p, ACCOUNTKEY_HASH);
}
