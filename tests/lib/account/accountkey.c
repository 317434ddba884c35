/* keys: their form, what is kept, and signatures by it */
#include "account/accountkey.h"
#include "tap.h"

#define NUMBER "1f0a000000000001"
#define SECRET "00112233445566778899aabbccddeeff0011223344556677"
#define KEY "rp_" NUMBER "_" SECRET
/* printf %s SECRET | sha256sum */
#define HASH "6b374db4159ffa3ad74bcc886b8d70a0c421952f0dddb887820093e27044d8d4"
/* printf TEXT | openssl dgst -sha256 -hmac HASH */
#define TEXT "POST\n/v1/messages?\n1790000000\n00ff00ff\ne3b0"
#define SUM "d47c09540b183fd930be3b31090a42dac40bb684c8731b20383bbfbe763cb856"

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static int
scans(const char *p, size_t n)
{
	struct accountkey k;

	return accountkey_scan(p, n, &k) == 0;
}

/* each byte wrong, one missing, one too many */
static void
forms(void)
{
	char t[sizeof KEY + 1];
	size_t i;
	int all = 1;

	for (i = 0; i < sizeof KEY - 1; i++) {
		memcpy(t, KEY, sizeof KEY);
		t[i] = 'G';
		all &= !scans(t, sizeof KEY - 1);
		t[i] = '\0';
		all &= !scans(t, sizeof KEY - 1);
		all &= !scans(KEY, i);
	}
	ok(all, "no other byte anywhere, and no shorter one");
	memcpy(t, KEY "0", sizeof KEY + 1);
	ok(!scans(t, sizeof KEY), "no longer one");
	t[20] = 'A';
	ok(!scans(t, sizeof KEY - 1), "no capitals");
	ok(!scans("", 0), "nothing");
	ok(accountkey_is_number(NUMBER, 16), "a number");
	ok(!accountkey_is_number(NUMBER, 15), "half a number");
	ok(!accountkey_is_number("1f0a00000000000g", 16), "another digit");
}

static void
sums(void)
{
	char hash[ACCOUNTKEY_HASH + 1] = HASH, other[] = SUM;
	int i, all = 1;

	ok(accountkey_signed(HASH, slice(TEXT), slice(SUM)), "signed");
	ok(!accountkey_signed(HASH, slice(TEXT "x"), slice(SUM)),
	    "another text");
	ok(!accountkey_signed(HASH, slice(TEXT), slice(SUM "0")), "too long");
	ok(!accountkey_signed(HASH, slice(TEXT), (struct slice){ SUM, 63 }),
	    "too short");
	ok(!accountkey_signed(HASH, slice(TEXT), (struct slice){ NULL, 0 }),
	    "no sum");
	for (i = 0; i < ACCOUNTKEY_HASH; i++) {
		other[i] ^= 1;
		all &= !accountkey_signed(HASH, slice(TEXT), slice(other));
		other[i] ^= 1;
		hash[i] ^= 1;
		all &= !accountkey_signed(hash, slice(TEXT), slice(SUM));
		hash[i] ^= 1;
	}
	ok(all, "each digit counts");
}

int
main(void)
{
	char t[ACCOUNTKEY_ROOM], hash[ACCOUNTKEY_HASH + 1];
	struct accountkey k;

	is_num(accountkey_scan(KEY, sizeof KEY - 1, &k), 0, "a key");
	is_str(k.number, NUMBER, "its number");
	is_str(k.secret, SECRET, "its secret");
	accountkey_text(&k, t);
	is_str(t, KEY, "and back");
	accountkey_hash(&k, hash);
	is_str(hash, HASH, "what is kept");
	ok(accountkey_is(&k, HASH), "is of it");
	k.secret[47] ^= 1;
	ok(!accountkey_is(&k, HASH), "and of no other");
	forms();
	sums();
	return done();
}
