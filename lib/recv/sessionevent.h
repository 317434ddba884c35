#ifndef RECV_SESSIONEVENT_H
#define RECV_SESSIONEVENT_H

#include "recv/login.h"
#include "recv/transaction.h"

/*
 * What a command or a message of a client comes to: who decides on it is asked,
 * the reply is put, and it is weighed whether it leads anywhere.  Only for
 * session.c.
 */

/* who hears of the answers that come later, s->waiting or s->asked */
struct sessionevent_late {
	rcptask_answered *rcpt;       /* of who knows the recipients */
	transaction_receipt *receipt; /* of the chain, about a message */
	login_answered *login;        /* of who knows the logins */
};

/* what the machine found; replies are put.  1: a step towards a message */
int sessionevent_handle(struct session *, const struct smtpin_event *,
    const struct sessionevent_late *);
/* he has had this reply: a step towards a message, 1, a pause, or the end */
int sessionevent_weigh(struct session *, const struct smtpin_event *,
    unsigned code);
/* the reply to a message: by LMTP it is said for each recipient */
void sessionevent_say(struct session *, const struct smtpin_reply *);
/* has he said the last word, or heard it? */
int sessionevent_over(const struct session *);

#endif
