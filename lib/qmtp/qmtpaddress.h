#ifndef QMTP_QMTPADDRESS_H
#define QMTP_QMTPADDRESS_H

#include "base/buf.h"

/*
 * qmtpaddress_put - an address of QMTP as SMTP has it
 *
 * p, n  local@domain where the local part is any bytes and the last @ divides,
 *       without quotes, as cr.yp.to/proto/qmtp.txt has addresses
 *
 * A local part that is no word of RFC 5321 gets quotes.  Without an @ all of it
 * is local.  0, or -1 with ENOMEM.
 */
int qmtpaddress_put(struct buf *, const char *p, size_t n);

#endif
