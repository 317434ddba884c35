#ifndef SMTP_INSTATE_H
#define SMTP_INSTATE_H

#include "smtp/smtpin.h"

/* What the parts of smtp/smtpin share; nobody else includes this. */

enum instate {
	INSTATE_START, /* before EHLO */
	INSTATE_GREETED,
	INSTATE_SENDER, /* MAIL was taken */
	INSTATE_TO,     /* RCPT too */
	INSTATE_BODY,   /* mail data by DATA */
	INSTATE_CHUNK,  /* a chunk of it by BDAT */
	INSTATE_MORE,   /* between two of them */
	INSTATE_SKIP,   /* a chunk that is thrown away */
	INSTATE_BROKEN  /* one of this message was refused */
};

/* mail data that is thrown away is read no longer than this beyond twice
 * the size limit */
enum { INSTATE_DISCARD_MAX = 64 << 20 };

/* count what the client did wrong; the reply to give */
const struct smtpin_reply *instate_counted(struct smtpin *,
    const struct smtpin_config *, const struct smtpin_reply *);
/* no transaction; what was greeted stays greeted */
void instate_reset(struct smtpin *);
/* a question: NULL, for there is no reply yet */
const struct smtpin_reply *instate_ask(struct smtpin *, struct smtpin_event *,
    enum smtpin_kind);

#endif
