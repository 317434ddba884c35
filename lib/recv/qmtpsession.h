#ifndef RECV_QMTPSESSION_H
#define RECV_QMTPSESSION_H

#include "recv/session.h"

/*
 * A session that speaks QMTP or QMQP (qmtp/qmtpin.h) in place of SMTP.  Who it
 * is, what it may, and how its messages go down are those of any session;
 * nothing is said in it but what became of its recipients, in the order in which
 * they came.  By QMTP several messages of a session are on their way at once.
 */
enum {
	QMTPSESSION_UNDER_WAY_MAX = 64, /* messages without receipt: then
					 * nothing more is read of it */
	QMTPSESSION_TEXT_MAX = 400      /* bytes of an answer */
};

/* all sessions of it speak that */
void qmtpsession_serve(struct inbound *, int qmqp);

#endif
