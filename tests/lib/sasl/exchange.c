/* the dialogues of PLAIN, LOGIN and SCRAM-SHA-256 at a server */
#include "sasl/exchange.h"
#include "base/base64.h"
#include "starve.h"
#include "tap.h"
#include <stdlib.h>

static const char *const want_names[] = { "SAY", "CHECK", "KEYS", "PROOF",
	"GOOD", "WRONG", "LATER" };

/* n bytes in base64 */
static const char *
b64(const char *p, size_t n)
{
	static struct buf b;

	buf_clear(&b);
	base64_put(&b, p, n);
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static void
wants(enum exchange_want got, const char *want, const char *what)
{
	is_str(want_names[got], want, what);
}

static enum exchange_want
begin(struct exchange *x, enum exchange_mech mech, const char *p, size_t n)
{
	const char *t = b64(p, n);

	memset(x, 0, sizeof *x);
	return exchange_begin(x, mech, t, strlen(t), 1);
}

static enum exchange_want
begin_bare(struct exchange *x, enum exchange_mech mech)
{
	memset(x, 0, sizeof *x);
	return exchange_begin(x, mech, NULL, 0, 0);
}

static enum exchange_want
more(struct exchange *x, const char *p, size_t n)
{
	const char *t = b64(p, n);

	return exchange_more(x, t, strlen(t));
}

static const char *
said(struct exchange *x)
{
	buf_putc(&x->out, '\0');
	return buf_data(&x->out);
}

static int
password_is(const struct exchange *x, const char *p)
{
	return buf_len(&x->password) == strlen(p) &&
	    memcmp(buf_data(&x->password), p, strlen(p)) == 0;
}

static void
test_plain(void)
{
	struct exchange x;

	wants(begin(&x, EXCHANGE_PLAIN, "\0ann\0secret", 11), "CHECK", "PLAIN");
	is_str(x.name, "ann", "its name");
	ok(password_is(&x, "secret"), "its password");
	wants(exchange_checked(&x, 1), "GOOD", "right");
	ok(x.password.p == NULL, "and the password is gone");
	exchange_free(&x);
	wants(begin_bare(&x, EXCHANGE_PLAIN), "SAY", "without a response");
	is_str(said(&x), "", "something empty is said");
	wants(more(&x, "\0ann\0secret", 11), "CHECK", "then the message");
	wants(exchange_checked(&x, 0), "WRONG", "wrong");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_PLAIN, "\0ann\0secret", 11), "CHECK", "again");
	wants(exchange_checked(&x, -1), "LATER", "not known");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_PLAIN, "", 0), "WRONG", "an empty response");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_PLAIN, "bob\0ann\0secret", 14), "WRONG",
	    "for another");
	exchange_free(&x);
	memset(&x, 0, sizeof x);
	wants(exchange_begin(&x, EXCHANGE_PLAIN, "?", 1, 1), "WRONG",
	    "no base64");
	exchange_free(&x);
}

static void
test_login(void)
{
	struct exchange x;

	wants(begin_bare(&x, EXCHANGE_LOGIN), "SAY", "LOGIN");
	is_str(said(&x), "VXNlcm5hbWU6", "asks for the name");
	wants(more(&x, "ann", 3), "SAY", "then");
	is_str(said(&x), "UGFzc3dvcmQ6", "for the password");
	wants(more(&x, "secret", 6), "CHECK", "has it");
	ok(password_is(&x, "secret") && strcmp(x.name, "ann") == 0, "both");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_LOGIN, "ann", 3), "SAY", "the name at once");
	is_str(said(&x), "UGFzc3dvcmQ6", "then the password");
	wants(more(&x, "", 0), "WRONG", "an empty one");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_LOGIN, "", 0), "SAY", "an empty name");
	wants(more(&x, "secret", 6), "WRONG", "is nobody's");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_LOGIN, "ann", 3), "SAY", "a password");
	wants(more(&x, "sec\0ret", 7), "WRONG", "with a NUL");
	exchange_free(&x);
}

static const char begins[] = "n,,n=ann,r=x";
static const char nonce[] = "abcdefghijklmnopqrstuvwx";

/* the client's proof of a password */
static void
put_final(struct buf *out, const struct scram_keys *k, const char *password)
{
	unsigned char salted[DIGEST_LEN], key[DIGEST_LEN], sig[DIGEST_LEN];
	struct buf auth = { 0 };
	size_t i;

	buf_puts(out, "c=biws,r=x");
	buf_puts(out, nonce);
	buf_printf(&auth, "n=ann,r=x,r=x%s,s=%s,i=%u,", nonce,
	    b64((const char *)k->salt, k->salt_len), k->iterations);
	buf_put(&auth, buf_data(out), buf_len(out));
	digest_pbkdf2(password, strlen(password), k->salt, k->salt_len,
	    k->iterations, salted);
	digest_hmac(salted, sizeof salted, "Client Key", 10, key);
	digest_hmac(k->stored, DIGEST_LEN, buf_data(&auth), buf_len(&auth),
	    sig);
	for (i = 0; i < DIGEST_LEN; i++)
		key[i] ^= sig[i];
	buf_puts(out, ",p=");
	base64_put(out, key, sizeof key);
	buf_free(&auth);
}

static enum exchange_want
proof(struct exchange *x, const struct scram_keys *k, const char *password)
{
	struct buf b = { 0 };
	enum exchange_want r;

	put_final(&b, k, password);
	r = more(x, buf_data(&b), buf_len(&b));
	buf_free(&b);
	wants(r, "PROOF", "a guess");
	return exchange_proved(x);
}

static void
test_scram(void)
{
	struct scram_keys k;
	struct exchange x;

	scram_make(&k, "secret", 6, (const unsigned char *)"salt", 4, 4096);
	wants(begin(&x, EXCHANGE_SCRAM, begins, sizeof begins - 1), "KEYS",
	    "SCRAM");
	is_str(x.name, "ann", "of the name");
	wants(exchange_keys(&x, &k, nonce), "SAY", "a challenge");
	is_str(said(&x),
	    b64("r=xabcdefghijklmnopqrstuvwx,s=c2FsdA==,i=4096", 45),
	    "in base64");
	wants(proof(&x, &k, "secret"), "SAY", "the proof holds");
	ok(strncmp(said(&x), "dj", 2) == 0, "and ours is said");
	wants(exchange_more(&x, "", 0), "GOOD", "which is taken");
	exchange_free(&x);
	wants(begin_bare(&x, EXCHANGE_SCRAM), "SAY", "without a response");
	is_str(said(&x), "", "something empty is said");
	wants(more(&x, begins, sizeof begins - 1), "KEYS", "then");
	wants(exchange_keys(&x, &k, nonce), "SAY", "the challenge");
	wants(proof(&x, &k, "Secret"), "WRONG", "another password");
	exchange_free(&x);
	begin(&x, EXCHANGE_SCRAM, begins, sizeof begins - 1);
	wants(exchange_keys(&x, NULL, nonce), "LATER", "no keys now");
	exchange_free(&x);
	begin(&x, EXCHANGE_SCRAM, begins, sizeof begins - 1);
	exchange_keys(&x, &k, nonce);
	proof(&x, &k, "secret");
	wants(more(&x, "x", 1), "WRONG", "more behind the end");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_SCRAM, "n,a=bob,n=ann,r=x", 17), "WRONG",
	    "for another");
	is_str(x.name, "ann", "who is known");
	exchange_free(&x);
	wants(begin(&x, EXCHANGE_SCRAM, "", 0), "WRONG", "nothing");
	exchange_free(&x);
}

static char plain_b64[40], scram_b64[40];

static int
begin_both(void)
{
	struct exchange x = { 0 };

	if (exchange_begin(&x, EXCHANGE_PLAIN, plain_b64, strlen(plain_b64),
		1) != EXCHANGE_LATER)
		return 1;
	memset(&x, 0, sizeof x);
	return exchange_begin(&x, EXCHANGE_SCRAM, scram_b64, strlen(scram_b64),
		   1) == EXCHANGE_LATER
	    ? 0
	    : 2;
}

/* it is no wrong password */
static void
test_memory(void)
{
	int r;

	strcpy(plain_b64, b64("\0ann\0secret", 11));
	strcpy(scram_b64, b64(begins, sizeof begins - 1));
	r = starve(begin_both);
	if (r != -1)
		is_num(r, 0, "without memory nothing is known");
}

int
main(void)
{
	is_str(exchange_names[EXCHANGE_SCRAM], "SCRAM-SHA-256", "a name");
	test_plain();
	test_login();
	test_scram();
	test_memory();
	return done();
}
