#ifndef SMTP_AUTHOUT_H
#define SMTP_AUTHOUT_H

#include "base/buf.h"
#include "smtp/reply.h"
#include "smtp/scramout.h"

/*
 * Logging in at a server: AUTH, RFC 4954, with the best mechanism that it
 * offers of SCRAM-SHA-256 (RFC 7677), PLAIN (RFC 4616) and LOGIN.  The last two
 * tell it the password.  Chance is an argument.
 */
enum {
	AUTHOUT_COMMAND_MAX = 512, /* bytes of AUTH with its first response,
				    * RFC 4954 section 4 */
	AUTHOUT_USER_MAX = 255,    /* bytes of a name */
	AUTHOUT_PASSWORD_MAX = 1024
};

enum authout_step {
	AUTHOUT_SAY,     /* authout_line() */
	AUTHOUT_WORK,    /* authout_work(), as often as it says so */
	AUTHOUT_DONE,    /* we are in */
	AUTHOUT_REFUSED, /* by the reply */
	AUTHOUT_BROKEN   /* authout_text() says why: close.  Perhaps it is
			  * scramout_no_memory: nobody is to blame */
};

struct authout;

/*
 * authout_new - a login
 *
 * user, password  are copied; neither is longer than the limits above
 * nonce           bytes of chance, used once
 *
 * NULL with ENOMEM.
 */
struct authout *authout_new(const char *user, const char *password,
    const unsigned char nonce[SCRAMOUT_NONCE]);
/* wipes it; NULL: nothing */
void authout_free(struct authout *);

/* mechs: a set of enum extension_mech.  SAY, or BROKEN: none of these is known
 * here */
enum authout_step authout_begin(struct authout *, unsigned mechs);
/* the reply to what was said last */
enum authout_step authout_reply(struct authout *, const struct reply *);
enum authout_step authout_work(struct authout *);
/* after SAY: one line with its end, until the next step; a secret */
const struct buf *authout_line(const struct authout *);
/* after BROKEN */
const char *authout_text(const struct authout *);

#endif
