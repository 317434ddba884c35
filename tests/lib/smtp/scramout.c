/* SCRAM-SHA-256 as a client: the example of RFC 7677 section 3, our own server,
 * and servers that are none */
#include "smtp/scramout.h"
#include "base/base64.h"
#include "sasl/scram.h"
#include "tap.h"
#include <stdlib.h>

static const unsigned char nonce[SCRAMOUT_NONCE] = "eighteen bytes, so";

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	b->end--;
	return buf_data(b);
}

static void
slow(struct scramout *s)
{
	while (scramout_work(s))
		;
}

/* as if our nonce were that of the example, which is shorter */
static void
test_example(void)
{
	static const char first[] = "n=user,r=rOprNGfwEbeRWgbNEkqO,";
	static const char said[] = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFI"
				   "lj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i="
				   "4096";
	static const char v[] =
	    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
	struct scramout s = { 0 };
	struct buf out = { 0 };

	buf_puts(&s.auth, first);
	s.nonce_at = 9;
	s.nonce_len = 20;
	ok(scramout_challenge(&s, said, strlen(said), "pencil") == NULL,
	    "the challenge");
	slow(&s);
	is_num(scramout_final(&s, &out), 0, "the proof");
	is_str(text(&out),
	    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	    "is that of the example");
	ok(scramout_is_right(&s, v, strlen(v)), "and so is the server's");
	ok(scramout_is_right(&s,
	       "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
	       ",x=1",
	       strlen(v) + 4),
	    "with more behind it");
	ok(!scramout_is_right(&s, v, strlen(v) - 2), "not cut");
	ok(!scramout_is_right(&s, "e=invalid-proof", 15), "not an error");
	ok(!scramout_is_right(&s, "", 0), "not nothing");
	ok(!scramout_is_right(&s,
	       "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G0=", strlen(v)),
	    "not another");
	buf_free(&out);
	scramout_free(&s);
}

/* with the server of sasl/scram */
static void
test_server(void)
{
	struct scram_keys keys;
	struct scramout c = { 0 };
	struct scram s = { 0 };
	struct buf out = { 0 }, in = { 0 };
	static const char user[] = "a,b=c@x.example";

	scram_make(&keys, "pass,word", 9, (const unsigned char *)"salt", 4,
	    45000);
	is_num(scramout_first(&c, user, nonce, &out), 0, "first");
	is_num(scram_first(&s, buf_data(&out), buf_len(&out)), SCRAM_ASK_KEYS,
	    "is taken");
	is_str(s.name, user, "with the name");
	scram_challenge(&s, &keys, "abcdefghijklmnopqrstuvwx", &in);
	ok(scramout_challenge(&c, buf_data(&in), buf_len(&in), "pass,word") ==
		NULL,
	    "challenge");
	is_num(scramout_work(&c), 1, "20000 of 45000");
	is_num(scramout_work(&c), 1, "40000");
	is_num(scramout_work(&c), 0, "all");
	buf_clear(&out);
	buf_clear(&in);
	scramout_final(&c, &out);
	is_num(scram_final(&s, buf_data(&out), buf_len(&out), &in), SCRAM_SAY,
	    "the proof is right");
	ok(scramout_is_right(&c, buf_data(&in), buf_len(&in)), "and theirs");
	buf_free(&out);
	buf_free(&in);
	scram_free(&s);
	scramout_free(&c);
}

#define R "r=ZWlnaHRlZW4gYnl0ZXMsIHNv"
#define NONCE "its challenge has not our nonce"
#define SALT "its challenge has no usable salt"
#define ITERATIONS "its iterations are not between 4096 and 600000"

static void
test_challenges(void)
{
	static const struct {
		const char *said, *bad;
	} cases[] = {
		{ R "x,s=QQ==,i=4096", "" },
		{ R "x,s=QQ==,i=600000", "" },
		{ R "x,s=QQ==,i=4096,t=extension", "" },
		{ R "x,s=QQ==,i=4095", ITERATIONS },
		{ R "x,s=QQ==,i=600001", ITERATIONS },
		{ R "x,s=QQ==,i=4294971392", ITERATIONS },
		{ R "x,s=QQ==,i=-1", ITERATIONS },
		{ R "x,s=QQ==,i=", ITERATIONS },
		{ R "x,s=QQ==", ITERATIONS },
		{ R "x,s=,i=4096", SALT },
		{ R "x,s=?,i=4096", SALT },
		{ R "x,i=4096", SALT },
		{ R "x", SALT },
		{ R ",s=QQ==,i=4096", NONCE },
		{ R "x y,s=QQ==,i=4096", NONCE },
		{ "r=x" R ",s=QQ==,i=4096", NONCE },
		{ "m=x," R "x,s=QQ==,i=4096", NONCE },
		{ "r=,s=QQ==,i=4096", NONCE },
		{ "e=unknown-user", NONCE },
		{ "", "its challenge is none of SCRAM" },
	};
	const char *bad;
	char big[SCRAMOUT_MESSAGE_MAX + 2], room[500];
	struct buf out = { 0 };
	struct scramout s;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(&s, 0, sizeof s);
		scramout_first(&s, "u", nonce, &out);
		bad = scramout_challenge(&s, cases[i].said,
		    strlen(cases[i].said), "p");
		is_str(bad == NULL ? "" : bad, cases[i].bad, cases[i].said);
		scramout_free(&s);
	}
	for (i = 0; i < 2; i++) {
		memset(&s, 0, sizeof s);
		scramout_first(&s, "u", nonce, &out);
		snprintf(big, sizeof big, "%sx,s=QQ==,i=4096,t=%0*d", R,
		    (int)(SCRAMOUT_MESSAGE_MAX + i) -
			(int)strlen(R "x,s=QQ==,i=4096,t="),
		    0);
		is_num(strlen(big), SCRAMOUT_MESSAGE_MAX + i, "a long one");
		bad = scramout_challenge(&s, big, strlen(big), "p");
		ok((bad == NULL) == (i == 0), "is taken at the limit only");
		scramout_free(&s);
	}
	for (i = 256; i < 258; i++) {
		struct buf salt = { 0 };

		memset(&s, 0, sizeof s);
		scramout_first(&s, "u", nonce, &out);
		memset(room, 'x', sizeof room);
		base64_put(&salt, room, i);
		buf_putc(&salt, '\0');
		snprintf(big, sizeof big, "%sx,s=%s,i=4096", R,
		    buf_data(&salt));
		bad = scramout_challenge(&s, big, strlen(big), "p");
		ok((bad == NULL) == (i == SCRAMOUT_SALT_MAX),
		    "a salt of 256 bytes, and of 257");
		scramout_free(&s);
		buf_free(&salt);
	}
	memset(&s, 0, sizeof s);
	ok(scramout_challenge(&s, "r=\0,s=QQ==", 10, "p") != NULL, "a NUL");
	buf_free(&out);
}

int
main(void)
{
	test_example();
	test_server();
	test_challenges();
	return done();
}
