#ifndef RECV_RECIPIENT_H
#define RECV_RECIPIENT_H

#include "recv/session.h"

/*
 * recipient_put - a recipient as the envelope has him, if he may be written to
 *
 * Is his domain ours and is he somebody, or may the client relay?  And does he
 * still get mail from one of ours?
 *
 * a       the address; without a domain it is of this host
 * sender  of the message, local@domain, or empty
 * t       receives it in place of what it has: in the one form in which
 *         addresses are kept, with a domain, a local one as the configuration
 *         has it, and with RELAYCLIENT's value behind it
 * q       receives what somebody else is to be asked of him, valid until the
 *         next one; NULL: nothing
 *
 * NULL: he may, if that is answered well; or the reply that refuses.
 */
const struct smtpin_reply *recipient_put(struct session *,
    const struct address_parts *a, struct slice sender, struct buf *t,
    const struct rcpt_question **q);

#endif
