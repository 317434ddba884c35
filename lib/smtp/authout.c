#include "smtp/authout.h"
#include "base/base64.h"
#include "smtp/extension.h"
#include <stdlib.h>
#include <string.h>

/*
 * What the last thing said was, and what a 334 has for us then:
 *
 *	NAMED      the mechanism alone: what PLAIN has to say; a question of
 *	           LOGIN: the name
 *	NAME       LOGIN's name: its password
 *	FIRST      SCRAM's first message: the challenge
 *	FINAL      its proof: theirs
 *	SHOWN      nothing, after theirs
 *	ALL        everything; another 334 is one too many
 *
 * Done is who hears 2xx in ALL or SHOWN.
 */
enum { NAMED, NAME, FIRST, FINAL, SHOWN, ALL };

enum {
	MESSAGE_ROOM = SCRAMOUT_MESSAGE_MAX + AUTHOUT_PASSWORD_MAX,
	LINE_ROOM = AUTHOUT_COMMAND_MAX + 4 * MESSAGE_ROOM / 3
};

struct authout {
	unsigned mech; /* enum extension_mech */
	unsigned state;
	const char *text;
	struct buf message; /* of the mechanism, before base64 */
	struct buf line;
	struct scramout scram;
	unsigned char nonce[SCRAMOUT_NONCE];
	char user[AUTHOUT_USER_MAX + 1];
	char password[AUTHOUT_PASSWORD_MAX + 1];
};

struct authout *
authout_new(const char *user, const char *password,
    const unsigned char nonce[SCRAMOUT_NONCE])
{
	struct authout *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	/* secrets leave no copies behind: neither grows */
	if (buf_reserve(&a->message, MESSAGE_ROOM) == -1 ||
	    buf_reserve(&a->line, LINE_ROOM) == -1) {
		authout_free(a);
		return NULL;
	}
	a->text = "";
	memcpy(a->user, user, strnlen(user, AUTHOUT_USER_MAX));
	memcpy(a->password, password, strnlen(password, AUTHOUT_PASSWORD_MAX));
	memcpy(a->nonce, nonce, sizeof a->nonce);
	return a;
}

void
authout_free(struct authout *a)
{
	if (a == NULL)
		return;
	scramout_free(&a->scram);
	buf_wipe(&a->message);
	buf_wipe(&a->line);
	explicit_bzero(a, sizeof *a);
	free(a);
}

const char *
authout_text(const struct authout *a)
{
	return a->text;
}

static enum authout_step
broken(struct authout *a, const char *text)
{
	a->text = text;
	return AUTHOUT_BROKEN;
}

static enum authout_step
say(struct authout *a, int bad, unsigned state)
{
	a->state = state;
	return bad == 0 ? AUTHOUT_SAY : broken(a, scramout_no_memory);
}

/* a line of base64; none is an empty one */
static enum authout_step
say_line(struct authout *a, const void *p, size_t n, unsigned state)
{
	int bad;

	buf_clear(&a->line);
	bad = base64_put(&a->line, p, n);
	return say(a, bad | buf_puts(&a->line, "\r\n"), state);
}

/* RFC 4616 section 2: no other whom we want to be */
static int
put_plain(struct authout *a)
{
	buf_clear(&a->message);
	return buf_putc(&a->message, '\0') == -1 ||
		buf_puts(&a->message, a->user) == -1 ||
		buf_putc(&a->message, '\0') == -1 ||
		buf_puts(&a->message, a->password) == -1
	    ? -1
	    : 0;
}

/* "AUTH NAME", with the message behind it if it is not too long for a command
 * (RFC 4954 section 4) */
static enum authout_step
put_command(struct authout *a, const char *name, unsigned state)
{
	size_t len = 4 * ((buf_len(&a->message) + 2) / 3);
	int bad = buf_puts(&a->line, "AUTH ");

	bad |= buf_puts(&a->line, name);
	if (len == 0 ||
	    len + strlen("AUTH  \r\n") + strlen(name) > AUTHOUT_COMMAND_MAX)
		return say(a, bad | buf_puts(&a->line, "\r\n"), NAMED);
	bad |= buf_putc(&a->line, ' ');
	bad |=
	    base64_put(&a->line, buf_data(&a->message), buf_len(&a->message));
	return say(a, bad | buf_puts(&a->line, "\r\n"), state);
}

enum authout_step
authout_begin(struct authout *a, unsigned mechs)
{
	if (mechs & EXTENSION_MECH_SCRAM_SHA_256) {
		a->mech = EXTENSION_MECH_SCRAM_SHA_256;
		if (scramout_first(&a->scram, a->user, a->nonce, &a->message) !=
		    0)
			return broken(a, scramout_no_memory);
		return put_command(a, "SCRAM-SHA-256", FIRST);
	}
	if (mechs & EXTENSION_MECH_PLAIN) {
		a->mech = EXTENSION_MECH_PLAIN;
		if (put_plain(a) != 0)
			return broken(a, scramout_no_memory);
		return put_command(a, "PLAIN", ALL);
	}
	if (mechs & EXTENSION_MECH_LOGIN) {
		a->mech = EXTENSION_MECH_LOGIN;
		return put_command(a, "LOGIN", NAMED);
	}
	return broken(a, "none of SCRAM-SHA-256, PLAIN and LOGIN is offered");
}

/* the message of a server of SCRAM, in place of what was ours */
static int
take_message(struct authout *a, const char *line, size_t n)
{
	long len;

	buf_clear(&a->message);
	len = base64_get(line, n, buf_tail(&a->message), MESSAGE_ROOM);
	if (len == -1)
		return -1;
	buf_added(&a->message, (size_t)len);
	return 0;
}

static enum authout_step
on_challenge(struct authout *a)
{
	const char *bad = scramout_challenge(&a->scram, buf_data(&a->message),
	    buf_len(&a->message), a->password);

	return bad == NULL ? AUTHOUT_WORK : broken(a, bad);
}

const struct buf *
authout_line(const struct authout *a)
{
	return &a->line;
}

enum authout_step
authout_work(struct authout *a)
{
	if (scramout_work(&a->scram))
		return AUTHOUT_WORK;
	buf_clear(&a->message);
	if (scramout_final(&a->scram, &a->message) == -1)
		return broken(a, scramout_no_memory);
	return say_line(a, buf_data(&a->message), buf_len(&a->message), FINAL);
}

static enum authout_step
on_scram(struct authout *a, const char *line, size_t n)
{
	if (n > 4 * (SCRAMOUT_MESSAGE_MAX / 3 + 1))
		return broken(a, "what it says is too long for SCRAM");
	if (take_message(a, line, n) == -1)
		return broken(a, "what it says is no base64");
	if (a->state == FIRST)
		return on_challenge(a);
	if (!scramout_is_right(&a->scram, buf_data(&a->message),
		buf_len(&a->message)))
		return broken(a,
		    "the server does not know the password either");
	return say_line(a, "", 0, SHOWN);
}

/* 334 */
static enum authout_step
on_more(struct authout *a, const struct reply *r)
{
	const char *line = "";
	size_t n = 0, at = 0;

	reply_next(r, &at, &line, &n);
	switch (a->state) {
	case NAMED:
		if (a->mech == EXTENSION_MECH_LOGIN)
			return say_line(a, a->user, strlen(a->user), NAME);
		return say_line(a, buf_data(&a->message), buf_len(&a->message),
		    a->mech == EXTENSION_MECH_PLAIN ? ALL : FIRST);
	case NAME: return say_line(a, a->password, strlen(a->password), ALL);
	case FIRST:
	case FINAL: return on_scram(a, line, n);
	}
	return broken(a, "it asks for more than there is to say");
}

enum authout_step
authout_reply(struct authout *a, const struct reply *r)
{
	switch (r->code / 100) {
	case 2:
		if (a->state == ALL || a->state == SHOWN)
			return AUTHOUT_DONE;
		/* SCRAM: it must show that it has the password */
		return broken(a,
		    a->mech == EXTENSION_MECH_SCRAM_SHA_256
			? "it has not shown that it knows the password"
			: "it takes a login that is not whole");
	case 3:
		if (r->code == 334)
			return on_more(a, r);
		return broken(a, "it answers AUTH with another than 334");
	default: return AUTHOUT_REFUSED;
	}
}
