#ifndef ACCOUNT_SENDERS_H
#define ACCOUNT_SENDERS_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Which addresses may stand as the sender: a list of addresses, "@domain" for
 * all of a domain and of no domain below it, and "*" for any, commas between
 * them and no blanks.  An empty list lets none.  The case of letters does not
 * count.
 */
/* NULL, or what is wrong with it */
const char *senders_fault(struct slice list);
/* may he use this address?  1 or 0; the empty one, of bounces, under "*" alone */
int senders_allow(struct slice list, struct slice address);
/* append those that both let: 0, or -1 with ENOMEM */
int senders_meet(struct buf *, struct slice a, struct slice b);

#endif
