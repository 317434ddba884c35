/* AUTH as a client: what is said to which server */
#include "smtp/authout.h"
#include "base/base64.h"
#include "sasl/scram.h"
#include "smtp/extension.h"
#include "starve.h"
#include "tap.h"
#include <stdlib.h>

enum {
	SCRAM = EXTENSION_MECH_SCRAM_SHA_256,
	PLAIN = EXTENSION_MECH_PLAIN,
	LOGIN = EXTENSION_MECH_LOGIN
};

static const unsigned char nonce[SCRAMOUT_NONCE] = "eighteen bytes, so";

static enum authout_step
answer(struct authout *a, const char *line)
{
	struct reply r;
	char all[REPLY_MAX];

	snprintf(all, sizeof all, "%s\r\n", line);
	if (reply_parse(all, strlen(all), &r) <= 0) {
		ok(0, line);
		return AUTHOUT_BROKEN;
	}
	return authout_reply(a, &r);
}

/* what is said, with ; for its end, and how it ends */
static void
trace(struct buf *b, struct authout *a, enum authout_step step)
{
	const struct buf *line = authout_line(a);

	switch (step) {
	case AUTHOUT_SAY:
		buf_put(b, buf_data(line), buf_len(line) - 2);
		buf_puts(b,
		    memcmp(buf_data(line) + buf_len(line) - 2, "\r\n", 2) == 0
			? ";"
			: "?");
		return;
	case AUTHOUT_WORK: buf_puts(b, "work "); return;
	case AUTHOUT_DONE: buf_puts(b, "done"); return;
	case AUTHOUT_REFUSED: buf_puts(b, "refused"); return;
	case AUTHOUT_BROKEN:
		buf_printf(b, "broken: %s", authout_text(a));
		return;
	}
}

/* user and password of the cases: base64 of them */
#define U "dQ=="
#define P "cA=="
#define UP "AHUAcA=="
#define FIRST "biwsbj11LHI9WldsbmFIUmxaVzRnWW5sMFpYTXNJSE52"

static const struct {
	const char *name;
	unsigned mechs;
	const char *server, *trace;
} cases[] = {
	{ "PLAIN", PLAIN | LOGIN, "235 ok", "AUTH PLAIN " UP ";done" },
	{ "PLAIN, refused", PLAIN, "535 no", "AUTH PLAIN " UP ";refused" },
	{ "PLAIN, not now", PLAIN, "454 no", "AUTH PLAIN " UP ";refused" },
	{ "PLAIN, more wanted", PLAIN, "334 ",
	    "AUTH PLAIN " UP ";broken: it asks for more than there is to say" },
	{ "PLAIN, 354", PLAIN, "354 go",
	    "AUTH PLAIN " UP ";broken: it answers AUTH with another than 334" },
	{ "LOGIN", LOGIN, "334 VXNlcm5hbWU6|334 UGFzc3dvcmQ6|235 ok",
	    "AUTH LOGIN;" U ";" P ";done" },
	{ "LOGIN, other questions", LOGIN, "334 |334 x|235 ok",
	    "AUTH LOGIN;" U ";" P ";done" },
	{ "LOGIN, refused at the name", LOGIN, "334 VXNlcm5hbWU6|535 no",
	    "AUTH LOGIN;" U ";refused" },
	{ "LOGIN, taken too early", LOGIN, "334 VXNlcm5hbWU6|235 ok",
	    "AUTH LOGIN;" U ";broken: it takes a login that is not whole" },
	{ "LOGIN, taken at once", LOGIN, "235 ok",
	    "AUTH LOGIN;broken: it takes a login that is not whole" },
	{ "LOGIN, one more", LOGIN, "334 a|334 b|334 c",
	    "AUTH LOGIN;" U ";" P
	    ";broken: it asks for more than there is to say" },
	{ "none", 0, "",
	    "broken: none of SCRAM-SHA-256, PLAIN and LOGIN is offered" },
	{ "SCRAM, taken at once", SCRAM | PLAIN | LOGIN, "235 ok",
	    "AUTH SCRAM-SHA-256 " FIRST
	    ";broken: it has not shown that it knows the password" },
	{ "SCRAM, refused", SCRAM, "535 no",
	    "AUTH SCRAM-SHA-256 " FIRST ";refused" },
	{ "SCRAM, no base64", SCRAM, "334 ?",
	    "AUTH SCRAM-SHA-256 " FIRST ";broken: what it says is no base64" },
	{ "SCRAM, nothing", SCRAM, "334 ",
	    "AUTH SCRAM-SHA-256 " FIRST
	    ";broken: its challenge is none of SCRAM" },
	{ "SCRAM, another nonce", SCRAM, "334 cj14LHM9UVE9PSxpPTQwOTY=",
	    "AUTH SCRAM-SHA-256 " FIRST
	    ";broken: its challenge has not our nonce" },
};

static void
test_cases(void)
{
	char server[200], *line, *save;
	enum authout_step step;
	struct authout *a;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		snprintf(server, sizeof server, "%s", cases[i].server);
		a = authout_new("u", "p", nonce);
		trace(&b, a, step = authout_begin(a, cases[i].mechs));
		for (line = strtok_r(server, "|", &save);
		     line != NULL && step == AUTHOUT_SAY;
		     line = strtok_r(NULL, "|", &save))
			trace(&b, a, step = answer(a, line));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].trace, cases[i].name);
		authout_free(a);
	}
	buf_free(&b);
}

/* a server of ours; what: 0 as it should be, 1 its signature is another, 2
 * none, 3 it lets us in before */
static void
play_scram(int what, const char *want)
{
	struct buf said = { 0 }, message = { 0 }, b = { 0 };
	struct authout *a = authout_new("u", "p", nonce);
	struct scram_keys keys;
	struct scram s = { 0 };
	char in[500];
	long n;

	scram_make(&keys, "p", 1, (const unsigned char *)"salt", 4, 30000);
	trace(&b, a, authout_begin(a, SCRAM));
	scram_first(&s, "n,,n=u,r=ZWlnaHRlZW4gYnl0ZXMsIHNv", 33);
	scram_challenge(&s, &keys, "abcdefghijklmnopqrstuvwx", &message);
	buf_puts(&said, "334 ");
	base64_put(&said, buf_data(&message), buf_len(&message));
	buf_putc(&said, '\0');
	is_num(answer(a, buf_data(&said)), AUTHOUT_WORK, "to be computed");
	is_num(authout_work(a), AUTHOUT_WORK, "still");
	is_num(authout_work(a), AUTHOUT_SAY, "no more");
	n = base64_get(buf_data(authout_line(a)), buf_len(authout_line(a)), in,
	    sizeof in);
	buf_clear(&message);
	buf_clear(&said);
	is_num(scram_final(&s, in, n, &message), SCRAM_SAY, "it is right");
	if (what == 1)
		buf_data(&message)[10] ^= 1;
	buf_puts(&said, "334 ");
	base64_put(&said, buf_data(&message), buf_len(&message));
	buf_putc(&said, '\0');
	buf_clear(&b);
	trace(&b, a,
	    answer(a,
		what == 2       ? "334 "
		    : what == 3 ? "235 ok"
				: buf_data(&said)));
	if (what == 0)
		trace(&b, a, answer(a, "235 2.7.0 ok"));
	buf_putc(&b, '\0');
	is_str(buf_data(&b), want, "and then");
	scram_free(&s);
	authout_free(a);
	buf_free(&said);
	buf_free(&message);
	buf_free(&b);
}

/* the longest challenge, and longer ones: a line of 334 has room for them */
static void
test_longest(void)
{
	static const struct {
		size_t n;
		const char *trace;
	} c[] = {
		{ SCRAMOUT_MESSAGE_MAX,
		    "broken: its challenge has not our nonce" },
		{ SCRAMOUT_MESSAGE_MAX + 1,
		    "broken: its challenge is none of SCRAM" },
		{ 9000, "broken: what it says is too long for SCRAM" },
	};
	char message[9000];
	struct buf said = { 0 }, b = { 0 };
	struct authout *a;
	size_t i;

	memset(message, 'x', sizeof message);
	for (i = 0; i < sizeof c / sizeof *c; i++) {
		buf_clear(&said);
		buf_clear(&b);
		buf_puts(&said, "334 ");
		base64_put(&said, message, c[i].n);
		buf_putc(&said, '\0');
		a = authout_new("u", "p", nonce);
		authout_begin(a, SCRAM);
		trace(&b, a, answer(a, buf_data(&said)));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), c[i].trace, "a long challenge");
		authout_free(a);
	}
	buf_free(&said);
	buf_free(&b);
}

/* a command of 512 bytes, and what does not fit it */
static void
test_long(void)
{
	char user[AUTHOUT_USER_MAX + 1], password[AUTHOUT_PASSWORD_MAX + 1];
	const struct buf *line;
	struct authout *a;
	char got[4096];
	size_t n;
	long len;

	memset(user, 'u', sizeof user);
	memset(password, 'p', sizeof password);
	user[255] = password[AUTHOUT_PASSWORD_MAX] = '\0';
	/* 4/3 of 2 + 255 + 115 are 496: with "AUTH PLAIN " and the end 509 */
	for (n = 116; n <= 117; n++) {
		password[n - 1] = '\0';
		a = authout_new(user, password, nonce);
		is_num(authout_begin(a, PLAIN), AUTHOUT_SAY, "it is said");
		line = authout_line(a);
		is_num(buf_len(line), n == 116 ? 509 : 12,
		    "with the password only where that fits");
		authout_free(a);
		password[n - 1] = 'p';
	}
	a = authout_new(user, password, nonce);
	authout_begin(a, PLAIN);
	is_num(answer(a, "334 "), AUTHOUT_SAY, "the longest, when asked for");
	line = authout_line(a);
	len = base64_get(buf_data(line), buf_len(line), got, sizeof got);
	is_num(len, 2 + 255 + AUTHOUT_PASSWORD_MAX, "is whole");
	ok(got[0] == '\0' && memcmp(got + 1, user, 256) == 0 &&
		memcmp(got + 257, password, AUTHOUT_PASSWORD_MAX) == 0,
	    "as it is");
	is_num(answer(a, "235 ok"), AUTHOUT_DONE, "and done");
	authout_free(a);
	memset(user, '=', 255);
	a = authout_new(user, password, nonce);
	authout_begin(a, SCRAM);
	is_str(buf_len(authout_line(a)) == 20 ? "alone" : "not alone", "alone",
	    "a long name is said when asked for");
	is_num(answer(a, "334 "), AUTHOUT_SAY, "then");
	ok(buf_len(authout_line(a)) > 4 * 255, "whole");
	authout_free(a);
	authout_free(NULL);
}

static struct authout *poor;

static int
begin_poor(void)
{
	return authout_begin(poor, SCRAM) == AUTHOUT_BROKEN &&
	    authout_text(poor) == scramout_no_memory;
}

/* that is nothing of the server's */
static void
test_memory(void)
{
	int r;

	poor = authout_new("u", "p", nonce);
	r = starve(begin_poor);
	ok(r == 1 || r == -1, "without memory");
	authout_free(poor);
}

int
main(void)
{
	test_cases();
	test_longest();
	test_memory();
	play_scram(0, ";done");
	play_scram(1, "broken: the server does not know the password either");
	play_scram(2, "broken: the server does not know the password either");
	play_scram(3, "broken: it has not shown that it knows the password");
	test_long();
	return done();
}
