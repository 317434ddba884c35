#ifndef SEND_CONNHOST_H
#define SEND_CONNHOST_H

#include "send/conn.h"

/*
 * The hosts of a connection in turn, as long as it has a lead.  Only for
 * the parts of conn.h.
 */

/* connect to the next host of the lead's list; when there is none the lead
 * is answered and the connection is gone */
void connhost_next(struct sendconn *);
/* the same host once more, in clear */
void connhost_same(struct sendconn *);
/* remember that it could not be connected, but when others stand: then it is
 * full, not dead */
void connhost_failed(const struct sendconn *);
/* it is gone, whatever it was */
void connhost_end(struct sendconn *);

#endif
