#ifndef RECV_LOGIN_H
#define RECV_LOGIN_H

#include "recv/session.h"

/*
 * The login of a session: AUTH (RFC 4954) is asked about at a server of
 * auth-socket(5), and who has logged in is one of our own people.  Of a password
 * nothing is kept here, and nothing logged.
 */
enum {
	LOGIN_WRONG_MAX = 3 /* wrong ones of a session; with the last it ends */
};

/*
 * login_open - clients may log in from now on
 *
 * address  unix:PATH, of the server that is asked; must stay
 *
 * Returns 0, or -1 with errno.
 */
int login_open(struct inbound *, const char *address);

/*
 * login_auth - a question of the machine
 *
 * Returns NULL, and s->asked, and answered() is called with the reply, from
 * the loop, NULL for the usual one: he is who he says.  With 421 it must end.
 * Or returns the reply.
 */
typedef void login_answered(struct session *, const struct smtpin_reply *);
const struct smtpin_reply *login_auth(struct session *,
    const struct smtpin_event *, login_answered *answered);
/* the exchange that is under way is over: cancelled, or the session ends */
void login_drop(struct session *);
/* no login any more */
void login_forget(struct session *);
/* the same of a session that goes on, as after STARTTLS, and is its address's
 * again; NULL, or why there is no room for it there */
const struct smtpin_reply *login_leave(struct session *);

/* he has the key of this certificate, perhaps that of a login; NULL, or why he
 * may not be that now */
const struct smtpin_reply *login_certificate(struct session *,
    const unsigned char cert[32]);
/* he is who a trusted peer says; NULL, or why he may not be now */
const struct smtpin_reply *login_name(struct session *, const char *name,
    size_t n);

/* may it send at all?  NULL, or the reply to MAIL */
const struct smtpin_reply *login_may_mail(const struct session *);

#endif
