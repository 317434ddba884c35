#ifndef SMTP_INBDAT_H
#define SMTP_INBDAT_H

#include "smtp/smtpin.h"

/*
 * BDAT (RFC 3030 section 2): a message in chunks whose sizes are said first;
 * of smtp/smtpin alone.
 *
 *   state     BDAT n
 *   START     503, SKIP n, then START
 *   GREETED   503, SKIP n, then GREETED
 *   SENDER    554, SKIP n, then SENDER; LMTP after LAST: no reply, GREETED
 *   TO        question, CHUNK n
 *   MORE      CHUNK n
 *   BROKEN    503, SKIP n, then BROKEN, or GREETED after LAST; LMTP after
 *             LAST: 503 for each recipient
 *   CHUNK     n bytes of the message, then 250 and MORE; after LAST a
 *             question, then GREETED
 *   SKIP      n bytes that are thrown away, then the reply that was found
 *             before: bytes of a chunk are never commands
 *
 * A chunk of the message that is refused makes BROKEN of the rest, and
 * GREETED when it was the last.
 */

/* the command: arg is its size and perhaps LAST.  NULL: no reply yet, for a
 * question was asked or its bytes come first */
const struct smtpin_reply *inbdat_line(struct smtpin *,
    const struct smtpin_config *, struct smtpin_event *);
/* in CHUNK and SKIP, as smtpin_feed() */
size_t inbdat_feed(struct smtpin *, const struct smtpin_config *, char *in,
    size_t n, struct smtpin_event *);
/* the answer to the question of the first BDAT; as smtpin_answer() */
const struct smtpin_reply *inbdat_answer(struct smtpin *,
    const struct smtpin_config *, const struct smtpin_reply *);

#endif
