/* SCRAM-SHA-256: the example of RFC 7677 section 3, and what is none */
#include "sasl/scram.h"
#include "base/base64.h"
#include "starve.h"
#include "tap.h"
#include <stdlib.h>

#define CLIENT "rOprNGfwEbeRWgbNEkqO"
#define OURS "%hvYDpWUa2RaTCAfuxFIlj)h" /* of SCRAM_NONCE_LEN */

static struct scram_keys keys;
static const unsigned char salt[] = "0123456789abcdef";

static enum scram_step
first(struct scram *s, const char *text)
{
	memset(s, 0, sizeof *s);
	return scram_first(s, text, strlen(text));
}

/* a server with the nonce of the example, which is longer than ours */
static void
test_example(void)
{
	static const char said[] =
	    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
	static const char challenge[] =
	    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,";
	struct buf out = { 0 };
	unsigned char its[16];
	struct scram s;

	ok(base64_get("W22ZaJ0SNY7soEsUEjb6gQ==", 24, its, 16) == 16, "salt");
	scram_make(&keys, "pencil", 6, its, 16, 4096);
	is_num(first(&s, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"), SCRAM_ASK_KEYS,
	    "the first message");
	is_str(s.name, "user", "its name");
	s.keys = keys;
	s.nonce_at = buf_len(&s.auth) + 2;
	s.nonce_len = strlen("rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF"
			     "$k0");
	buf_puts(&s.auth, challenge);
	is_num(scram_final(&s, said, strlen(said), &out), SCRAM_SAY,
	    "the proof holds");
	buf_putc(&out, '\0');
	is_str(buf_data(&out), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	    "and this is ours");
	scram_free(&s);
	buf_free(&out);
}

/* what another program keeps of the same password */
static void
test_text(void)
{
	static const char text[] =
	    "4096:W22ZaJ0SNY7soEsUEjb6gQ==:"
	    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
	    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
	static const char *const bad[] = { "", "4096", "4096:QQ==:QQ==:QQ==",
		"4096::WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
		"4095:QQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
		"10000001:QQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
		"4096:QQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
		"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=:" };
	char big[400];
	struct scram_keys k;
	struct buf b = { 0 };
	size_t i;

	scram_keys_put(&b, &keys);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), text, "keys as text");
	memset(&k, 0, sizeof k);
	is_num(scram_keys_get(&k, text, strlen(text)), 0, "and back");
	ok(memcmp(&k, &keys, sizeof k) == 0, "the same");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(scram_keys_get(&k, bad[i], strlen(bad[i])), -1, bad[i]);
	snprintf(big, sizeof big, "10000000:%.*s:%s", 88,
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAA==",
	    strchr(text, '=') + 3);
	is_num(scram_keys_get(&k, big, strlen(big)), 0, "a salt of 64 bytes");
	is_num(k.salt_len, 64, "is whole");
	snprintf(big, sizeof big, "4096:%s:%s",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAA=",
	    strchr(text, '=') + 3);
	is_num(scram_keys_get(&k, big, strlen(big)), -1, "one of 65 is none");
	buf_free(&b);
}

static void
test_first(void)
{
	static const struct {
		const char *text;
		enum scram_step want;
		const char *name;
	} t[] = { { "n,,n=user,r=x", SCRAM_ASK_KEYS, "user" },
		{ "y,,n=user,r=x", SCRAM_ASK_KEYS, "user" },
		{ "p=tls-unique,,n=user,r=x", SCRAM_BAD, "" },
		{ "N,,n=user,r=x", SCRAM_BAD, "" },
		{ "n,a=user,n=user,r=x", SCRAM_ASK_KEYS, "user" },
		{ "n,a=USER,n=user,r=x", SCRAM_ASK_KEYS, "user" },
		{ "n,a=bob,n=user,r=x", SCRAM_WRONG, "user" },
		{ "n,a=,n=user,r=x", SCRAM_ASK_KEYS, "user" },
		{ "n,b=user,n=user,r=x", SCRAM_BAD, "" },
		{ "n,,n=a=2Cb=3Dc,r=x", SCRAM_ASK_KEYS, "a,b=c" },
		{ "n,a=a=2Cb,n=a=2Cb,r=x", SCRAM_ASK_KEYS, "a,b" },
		{ "n,,n=a=41,r=x", SCRAM_BAD, "" },
		{ "n,,n=a=2c,r=x", SCRAM_BAD, "" },
		{ "n,,n=a=2,r=x", SCRAM_BAD, "" },
		{ "n,,n=a=,r=x", SCRAM_BAD, "" },
		{ "n,,n=,r=x", SCRAM_BAD, "" },
		{ "n,,n=us\ter,r=x", SCRAM_BAD, "" },
		{ "n,,m=x,n=user,r=x", SCRAM_BAD, "" },
		{ "n,,r=x,n=user", SCRAM_BAD, "" },
		{ "n,,n=user,r=", SCRAM_BAD, "" },
		{ "n,,n=user,r=x y", SCRAM_BAD, "" },
		{ "n,,n=user,r=\x7f", SCRAM_BAD, "" },
		{ "n,,n=user,r=\xc3\xbc", SCRAM_BAD, "" },
		{ "n,,n=user,r=x,z=ext", SCRAM_ASK_KEYS, "user" },
		{ "n,,n=user", SCRAM_BAD, "" }, { "n,,", SCRAM_BAD, "" },
		{ "n,a=user", SCRAM_BAD, "" }, { "n,", SCRAM_BAD, "" },
		{ "n", SCRAM_BAD, "" }, { "", SCRAM_BAD, "" },
		{ ",,n=user,r=x", SCRAM_BAD, "" } };
	struct scram s;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		is_num(first(&s, t[i].text), t[i].want, t[i].text);
		if (t[i].want == SCRAM_ASK_KEYS)
			is_str(s.name, t[i].name, "its name");
		scram_free(&s);
	}
	memset(&s, 0, sizeof s);
	is_num(scram_first(&s, "n,,n=u\0r,r=x", 12), SCRAM_BAD, "a NUL");
	scram_free(&s);
}

static void
test_limits(void)
{
	static char t[SCRAM_MESSAGE_MAX + 2];
	struct scram s;

	memset(t, 'x', sizeof t);
	memcpy(t, "n,,n=user,r=", 12);
	memset(&s, 0, sizeof s);
	is_num(scram_first(&s, t, SCRAM_MESSAGE_MAX), SCRAM_ASK_KEYS,
	    "4096 bytes");
	scram_free(&s);
	is_num(scram_first(&s, t, SCRAM_MESSAGE_MAX + 1), SCRAM_BAD, "more");
	scram_free(&s);
	memcpy(t + 5 + SASLNAME_LOGIN_MAX, ",r=x", 5);
	memset(t + 5, 'u', SASLNAME_LOGIN_MAX);
	is_num(first(&s, t), SCRAM_ASK_KEYS, "a name of 255 bytes");
	scram_free(&s);
	memcpy(t + 6 + SASLNAME_LOGIN_MAX, ",r=x", 5);
	memset(t + 5, 'u', SASLNAME_LOGIN_MAX + 1);
	is_num(first(&s, t), SCRAM_BAD, "one of 256");
	scram_free(&s);
}

/* a client's part: the final message of a password */
static void
final_of(char *out, size_t cap, const char *without, const char *auth,
    const char *password, const struct scram_keys *k)
{
	unsigned char salted[DIGEST_LEN], key[DIGEST_LEN], stored[DIGEST_LEN],
	    sig[DIGEST_LEN];
	char whole[1000];
	struct buf b = { 0 };
	struct digest d;
	size_t i;

	digest_pbkdf2(password, strlen(password), k->salt, k->salt_len,
	    k->iterations, salted);
	digest_hmac(salted, sizeof salted, "Client Key", 10, key);
	digest_init(&d);
	digest_add(&d, key, sizeof key);
	digest_end(&d, stored);
	snprintf(whole, sizeof whole, "%s%s", auth, without);
	digest_hmac(stored, sizeof stored, whole, strlen(whole), sig);
	for (i = 0; i < DIGEST_LEN; i++)
		key[i] ^= sig[i];
	base64_put(&b, key, sizeof key);
	snprintf(out, cap, "%s,p=%.*s", without, (int)buf_len(&b),
	    buf_data(&b));
	buf_free(&b);
}

/* a whole dialogue; the last step */
static enum scram_step
dialogue(const char *begin, const char *without, const char *password,
    const char *change, struct buf *said)
{
	char auth[600], text[800];
	struct buf out = { 0 };
	enum scram_step r;
	struct scram s;

	buf_clear(said);
	first(&s, begin);
	is_num(scram_challenge(&s, &keys, OURS, &out), SCRAM_SAY, begin);
	buf_put(said, buf_data(&out), buf_len(&out));
	snprintf(auth, sizeof auth, "%s,%.*s,", strstr(begin, "n="),
	    (int)buf_len(&out), buf_data(&out));
	final_of(text, sizeof text, without, auth, password, &keys);
	if (change != NULL)
		snprintf(text, sizeof text, "%s", change);
	r = scram_final(&s, text, strlen(text), &out);
	scram_free(&s);
	buf_free(&out);
	return r;
}

static void
test_dialogues(void)
{
	static const char good[] = "c=biws,r=" CLIENT OURS;
	static const struct {
		const char *begin, *without, *password, *change;
		enum scram_step want;
	} t[] = { { "n,,n=user,r=" CLIENT, good, "pencil", NULL, SCRAM_SAY },
		{ "n,,n=user,r=" CLIENT, good, "Pencil", NULL, SCRAM_WRONG },
		{ "y,,n=user,r=" CLIENT, "c=eSws,r=" CLIENT OURS, "pencil",
		    NULL, SCRAM_SAY },
		{ "y,,n=user,r=" CLIENT, good, "pencil", NULL, SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, "c=eSws,r=" CLIENT OURS, "pencil",
		    NULL, SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, "c=biw=,r=" CLIENT OURS, "pencil",
		    NULL, SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, "c=biws,r=" CLIENT, "pencil", NULL,
		    SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, "c=biws,r=" CLIENT OURS "x", "pencil",
		    NULL, SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, "r=" CLIENT OURS, "pencil", NULL,
		    SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, "c=biws,r=" CLIENT OURS ",z=ext",
		    "pencil", NULL, SCRAM_SAY },
		{ "n,,n=user,r=" CLIENT, good, "",
		    "c=biws,r=" CLIENT OURS ",p=QQ==", SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, good, "", "c=biws,r=" CLIENT OURS,
		    SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, good, "",
		    "c=biws,r=" CLIENT OURS ",p=", SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, good, "", "", SCRAM_BAD },
		{ "n,,n=user,r=" CLIENT, good, "", "p=QQ==", SCRAM_BAD } };
	struct buf said = { 0 };
	size_t i;

	scram_make(&keys, "pencil", 6, salt, 16, SCRAM_ITERATIONS_MIN);
	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_num(dialogue(t[i].begin, t[i].without, t[i].password,
			   t[i].change, &said),
		    t[i].want, "ends so");
	buf_putc(&said, '\0');
	is_str(buf_data(&said),
	    "r=" CLIENT OURS ",s=MDEyMzQ1Njc4OWFiY2RlZg==,i=4096", "challenge");
	buf_free(&said);
}

/* nobody's keys: always the same, and only the salt is another */
static void
test_fake(void)
{
	unsigned char secret[DIGEST_LEN] = "secret";
	struct buf real = { 0 }, fake = { 0 };
	struct scram_keys a, b;
	char *at;

	memset(&a, 0, sizeof a);
	memset(&b, 0, sizeof b);
	scram_fake(&a, secret, "ann", 3);
	scram_fake(&b, secret, "ann", 3);
	ok(memcmp(&a, &b, sizeof a) == 0, "the same each time");
	scram_fake(&b, secret, "bob", 3);
	ok(memcmp(a.salt, b.salt, a.salt_len) != 0, "another for each name");
	secret[0] = 'S';
	scram_fake(&b, secret, "ann", 3);
	ok(memcmp(a.salt, b.salt, a.salt_len) != 0, "and for each secret");
	ok(SCRAM_ITERATIONS <= 65536, "Cyrus SASL takes no more rounds");
	scram_make(&keys, "pencil", 6, salt, SCRAM_SALT_LEN, SCRAM_ITERATIONS);
	dialogue("n,,n=ann,r=x", "c=biws,r=x" OURS, "pencil", NULL, &real);
	keys = a;
	is_num(dialogue("n,,n=ann,r=x", "c=biws,r=x" OURS, "pencil", NULL,
		   &fake),
	    SCRAM_WRONG, "no password fits");
	buf_putc(&real, '\0');
	buf_putc(&fake, '\0');
	at = strstr(buf_data(&real), "s=");
	memset(at, '-', 26);
	at = strstr(buf_data(&fake), "s=");
	memset(at, '-', 26);
	is_str(buf_data(&fake), buf_data(&real), "looks like any other");
	buf_free(&real);
	buf_free(&fake);
}

static struct scram begun;
static char proof[500];

static int
each_step(void)
{
	struct scram s;
	struct buf out = { 0 };

	if (scram_final(&begun, proof, strlen(proof), &out) != SCRAM_MEMORY)
		return 1;
	if (scram_challenge(&begun, &keys, OURS, &out) != SCRAM_MEMORY)
		return 2;
	return first(&s, "n,,n=user,r=" CLIENT) == SCRAM_MEMORY ? 0 : 3;
}

/* it is no wrong proof */
static void
test_memory(void)
{
	struct buf out = { 0 };
	int r;

	scram_make(&keys, "pencil", 6, salt, 16, 4096);
	first(&begun, "n,,n=user,r=" CLIENT);
	scram_challenge(&begun, &keys, OURS, &out);
	buf_putc(&begun.auth, '\0');
	begun.auth.end--;
	final_of(proof, sizeof proof, "c=biws,r=" CLIENT OURS,
	    buf_data(&begun.auth), "pencil", &keys);
	buf_free(&out);
	r = starve(each_step);
	if (r != -1)
		is_num(r, 0, "without memory nothing is known");
	scram_free(&begun);
}

int
main(void)
{
	test_example();
	test_text();
	test_first();
	test_limits();
	test_dialogues();
	test_fake();
	test_memory();
	return done();
}
