#ifndef SMTP_OUTSTATE_H
#define SMTP_OUTSTATE_H

#include "smtp/smtpout.h"

/* What the parts of smtp/smtpout share; nobody else includes this. */

enum outstate {
	OUTSTATE_GREET, /* the greeting is waited for */
	OUTSTATE_HELLO, /* EHLO, or LHLO, was said */
	OUTSTATE_OLD,   /* HELO was */
	OUTSTATE_TLS,   /* STARTTLS was, or is not offered */
	OUTSTATE_AUTH,  /* a login is wanted, or under way */
	OUTSTATE_OPEN,  /* transactions */
	OUTSTATE_GONE   /* none any more */
};

/* of a transaction: RSET if it is owed, MAIL, each RCPT, DATA */
static inline unsigned
outstate_steps(const struct smtpout *s, const struct smtpout_mail *m)
{
	int data = !m->verify && (!s->bdat || m->data);

	return m->rset + 1 + m->n_rcpt + (unsigned)data;
}

#endif
