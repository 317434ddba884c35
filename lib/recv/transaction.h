#ifndef RECV_TRANSACTION_H
#define RECV_TRANSACTION_H

#include "recv/rcptask.h"
#include "recv/session.h"

/*
 * One message of a session: its envelope is written line by line (parcel(5))
 * as MAIL and RCPT bring it, and closed when the message is whole, which
 * then goes down the chain.  Each question of the SMTP machine is answered
 * here: NULL for yes, or the reply that refuses.
 */

/* the transaction begins, without a sender yet; NULL, or the reply that there is
 * no memory */
const struct smtpin_reply *transaction_open(struct session *);
/* the sender of one that has begun */
const struct smtpin_reply *transaction_from(struct session *,
    const struct smtpin_event *);
/* both */
const struct smtpin_reply *transaction_mail(struct session *,
    const struct smtpin_event *);
/* one recipient: is his domain ours, may this client relay, is there such a
 * mailbox?  Where somebody else knows that, NULL, and s->asked, and answered()
 * is called */
const struct smtpin_reply *transaction_rcpt(struct session *,
    const struct smtpin_event *, rcptask_answered *answered);
/* the message may come; it begins with our Received field */
const struct smtpin_reply *transaction_data(struct session *);
/* the same, when hooks have been asked: NULL, and s->asked, and answered() is
 * called */
const struct smtpin_reply *transaction_data_asked(struct session *,
    const struct smtpin_event *, rcptask_answered *answered);
/* all of it is there: is something against it? */
const struct smtpin_reply *transaction_judge(struct session *);
/* then it goes down the chain: NULL, and s->waiting, and receipt() is called
 * when the chain has answered; else nobody will be */
typedef void transaction_receipt(struct handover_item *, enum receipt_kind,
    const char *, size_t);
const struct smtpin_reply *transaction_down(struct session *,
    transaction_receipt *);
/* both */
const struct smtpin_reply *transaction_whole(struct session *,
    transaction_receipt *);
/* no transaction; a message that is on its way stays in line for its receipt,
 * which finds it without an owner */
void transaction_forget(struct session *);
/* the sender as the envelope has it, in place; "" when there is none */
struct slice transaction_sender(const struct session *);

#endif
