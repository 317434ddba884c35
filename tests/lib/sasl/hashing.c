/* questions to auth-hash */
#include "sasl/hashing.h"
#include "crypt/pwhash.h"
#include "format/netstring.h"
#include "tap.h"

#define HASH \
	"$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" \
	"7+/qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58"
#define LENGTH "password of no length, or of more than 256 bytes"

static const char *
fault(const char *p, size_t n)
{
	struct slice password;
	const char *hash, *why = hashing_get(p, n, &hash, &password);

	return why == NULL ? "" : why;
}

static void
test_faults(void)
{
	char t[sizeof HASH + PWHASH_PASSWORD_MAX + 1] = HASH;

	memset(t + sizeof HASH, 'x', PWHASH_PASSWORD_MAX + 1);
	is_str(fault(t, sizeof HASH + 1), "", "one byte");
	is_str(fault(t, sizeof HASH + PWHASH_PASSWORD_MAX), "", "256");
	is_str(fault(t, sizeof t), LENGTH, "257");
	is_str(fault(t, sizeof HASH), LENGTH, "none");
	is_str(fault(t, sizeof HASH - 1), "no argon2id hash", "no NUL");
	is_str(fault("", 0), "no argon2id hash", "nothing");
	is_str(fault("\0pass", 5), "", "no hash: one is to be made");
	is_str(fault("", 1), LENGTH, "of no password");
	is_str(fault("hash\0pass", 9), "no argon2id hash", "another hash");
}

int
main(void)
{
	struct slice password = { "p\0w", 3 }, got;
	const char *p, *hash;
	struct buf b = { 0 };
	size_t n;
	long r;

	hashing_put(&b, HASH, password);
	r = netstring_whole(buf_data(&b), buf_len(&b), HASHING_QUESTION_MAX, &p,
	    &n);
	is_num(r, (long)buf_len(&b), "a netstring");
	ok(hashing_get(p, n, &hash, &got) == NULL, "a question");
	is_str(hash, HASH, "its hash");
	ok(got.n == 3 && memcmp(got.p, "p\0w", 3) == 0, "its password");
	buf_free(&b);
	test_faults();
	return done();
}
