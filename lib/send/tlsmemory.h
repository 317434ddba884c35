#ifndef SEND_TLSMEMORY_H
#define SEND_TLSMEMORY_H

#include "send/conntls.h"

/*
 * What is remembered of hosts where TLS does not come about, or does not do:
 * under may by address (share.plain), above it by address and all that is
 * demanded there (share.bad).  Of send/conntls and send/connlogin alone: the
 * policy at the host is known.
 */

/*
 * tlsmemory_recall - has the host that has its turn failed of late?
 *
 * word  receives the word of RFC 8460 section 4.3, NULL: none of them
 *
 * Returns NULL when it may be tried; else code and words as given to
 * tlsmemory_failed(), which stay until something is remembered.
 */
const char *tlsmemory_recall(struct sendconn *, const char **word);
/*
 * tlsmemory_failed - it has
 *
 * word  of RFC 8460 section 4.3, or "-": it is another thing
 * esc   "" under may, else a code and a blank: "4.7.5 "
 * why   in words, which are cut
 */
void tlsmemory_failed(struct sendconn *, const char *word, const char *esc,
    const char *why);
/* TLS can be had, or is not offered at all: the next may look himself */
void tlsmemory_good(struct sendconn *);

#endif
