#ifndef BOUNCE_LASTREPLY_H
#define BOUNCE_LASTREPLY_H

#include "bounce/dsn.h"

/*
 * lastreply - a recipient's last reply, as its message's file has it
 *
 * s  "ESC HOST TEXT", message(5), unescaped; a HOST of "-" is none.  It is cut
 *    into pieces, and must stay as long as the recipient
 *
 * Sets status, host and text.  Returns 0, or -1 when it begins with no status
 * code (RFC 3463 section 2): then all of it is text.
 */
int lastreply(char *s, struct dsn_rcpt *);

#endif
