#ifndef RECV_HEADLOOK_H
#define RECV_HEADLOOK_H

#include "recv/access.h"
#include "recv/incoming.h"
#include "smtp/smtpin.h"

/*
 * The header of a message that is whole and has not gone down yet, for what
 * must be known of it before it is taken.
 */
enum {
	HEADLOOK_MAX = 262144 /* bytes of it; with more it is not taken */
};

/*
 * headlook_open - the header, without our own fields in front
 *
 * letter  whole, incoming_whole()
 * room    what it is read to where the message is in a file; the header is
 *         valid as long as nothing else is put there
 *
 * Returns 0, or -1 with errno: E2BIG, or that of read.
 */
int headlook_open(const struct incoming *letter, struct buf *room,
    struct slice *header);

/*
 * headlook_senders - may a login write these addresses into From and Sender?
 *
 * Each of both must be one that he may, and one that all readers find: there is
 * one From at most.  A message without From says nothing.
 *
 * Returns NULL: he may; or the reply that refuses.
 */
const struct smtpin_reply *headlook_senders(struct slice header,
    struct access *, const char *host, const char *login);

/*
 * headlook_tls_optional - does the header say TLS-Required: No?
 *
 * As tlsrequired_no() has it.  Where the envelope has requiretls, which is
 * above it (RFC 8689 section 4.1), or has said it already, it says nothing.  Of
 * a header that is longer than HEADLOOK_MAX nothing is said, since what it asks
 * for is less than usual.
 *
 * Returns 1 or 0; -1 with errno: the message cannot be read.
 */
int headlook_tls_optional(const struct incoming *letter, struct buf *room);

#endif
