#ifndef RECV_SESSIONEVENT_H
#define RECV_SESSIONEVENT_H

#include "recv/hookask.h"
#include "recv/login.h"
#include "recv/transaction.h"

/*
 * What a command or a message of a client comes to: who decides on it is asked,
 * the reply is put, and it is weighed whether it leads anywhere.  Only for
 * session.c.
 */

/* who hears of the answers that come later, s->waiting or s->asked */
struct sessionevent_late {
	rcptask_answered *command; /* of who knows the recipients, or hooks */
	transaction_receipt *receipt; /* of the chain, about a message */
	login_answered *login;        /* of who knows the logins */
	/* of hooks, about a name, a login and a message */
	hookask_then *helo, *in, *whole;
};

/* what the machine found; replies are put.  1: a step towards a message */
int sessionevent_handle(struct session *, const struct smtpin_event *,
    const struct sessionevent_late *);
/* he has had this reply: a step towards a message, 1, a pause, or the end */
int sessionevent_weigh(struct session *, const struct smtpin_event *,
    unsigned code);
/* the reply to a message: by LMTP it is said for each recipient */
void sessionevent_say(struct session *, const struct smtpin_reply *);
/* the reply to EHLO is of this session */
void sessionevent_ehlo(struct session *);
/* a message that nothing is against goes down: NULL, and s->waiting, or the
 * reply */
const struct smtpin_reply *sessionevent_down(struct session *,
    const struct sessionevent_late *);
/* has he said the last word, or heard it? */
int sessionevent_over(const struct session *);

#endif
