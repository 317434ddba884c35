#ifndef RECV_RECIPIENT_H
#define RECV_RECIPIENT_H

#include "recv/session.h"

/*
 * May a client send to this recipient: is his domain ours and is he somebody,
 * or may the client relay?
 *
 * a       the address; without a domain it is of this host
 * sender  of the message, local@domain, or empty
 * t       the address as it is kept, with a domain; receives the form that a
 *         local domain has in the configuration
 *
 * NULL: it may; or the reply that refuses.
 */
const struct smtpin_reply *recipient_may(struct session *,
    const struct address_parts *a, struct slice sender, struct buf *t);

#endif
