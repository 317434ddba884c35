#ifndef ROUTE_MAILBOXNAME_H
#define ROUTE_MAILBOXNAME_H

#include "base/buf.h"
#include "conf/word.h"

/*
 * mailboxname - user and extension of a local address: what stands before and
 * behind its first plus sign, without quotes around it, in which a plus sign is
 * one of the user's bytes
 *
 * Both are appended to.  0, or -1 with ENOMEM.
 */
int mailboxname(const struct address *, struct buf *user, struct buf *ext);

#endif
