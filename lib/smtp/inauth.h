#ifndef SMTP_INAUTH_H
#define SMTP_INAUTH_H

#include "smtp/smtpin.h"

/*
 * AUTH (RFC 4954 section 4): which line is what; of smtp/smtpin alone.
 * Mechanisms are somebody else's, and so is what stands in base64.
 *
 *   AUTH mechanism [initial response]   question
 *     answer 334: each line is asked about in turn; * ends it
 *     answer 235: a login stands, and AUTH is 503
 *     another: nothing has changed
 */

/* the command: arg is the mechanism and perhaps a response.  NULL: a question
 * was asked */
const struct smtpin_reply *inauth_line(struct smtpin *,
    const struct smtpin_config *, struct smtpin_event *);
/* may this be the beginning of one, which may be long? */
int inauth_begins(const struct smtpin *, const char *p, size_t n);
/* a line after 334, without its LF; cut: it was too long, and p[0..n) is but a
 * part.  NULL: a question was asked */
const struct smtpin_reply *inauth_response(struct smtpin *, const char *p,
    size_t n, int cut, struct smtpin_event *);
/* the answer to the question; the usual reply */
const struct smtpin_reply *inauth_answer(struct smtpin *,
    const struct smtpin_reply *);

#endif
