#ifndef API_APISTEP_H
#define API_APISTEP_H

#include "api/apiconn.h"

/* How a connection goes on with the bytes that are there: requests out of them, to
 * who serves.  Only for apiconn.c. */

/* the state changes, and with it what is waited for; or that alone */
void apistep_enter(struct apiconn *, enum apiconn_state);
void apistep_wait(struct apiconn *, enum apiconn_state);
/* one thing that can be done with the bytes from *p on, which it moves; 1: there may
 * be more */
int apistep(struct apiconn *, const char **p, const char *end);
/* the request is over, if there is one */
void apistep_end(struct apiconn *);
/* something is wrong with it: who serves is to say so, and it is the last one */
void apistep_fault(struct apiconn *, unsigned status, const char *why);
/* its body is going to be unpacked, if it is packed: 0, or -1: there is no room */
int apistep_unpack(struct apiconn *);
struct share_holder *apistep_holder(const struct apiconn *);

#endif
