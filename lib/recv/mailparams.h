#ifndef RECV_MAILPARAMS_H
#define RECV_MAILPARAMS_H

#include "recv/incoming.h"
#include "smtp/smtpin.h"

/*
 * What a client says of his message behind the sender in MAIL, as lines of the
 * envelope, parcel(5): SMTPUTF8 (RFC 6531), REQUIRETLS (RFC
 * 8689), MT-PRIORITY (RFC 6710), FUTURERELEASE (RFC 4865) and DELIVERBY (RFC
 * 2852).
 */

/*
 * mailparams_put - the lines
 *
 * letter  receives them, and knows the priority
 * ours    of our own people: others get no priority above 0
 * now_s   since 1970
 *
 * Returns NULL; a reply that refuses, 452 where there is no room; or one that
 * accepts with other words than usual, because not all is as it was asked for.
 */
const struct smtpin_reply *mailparams_put(struct incoming *letter,
    const struct smtpin_event *, int ours, int64_t now_s);

#endif
