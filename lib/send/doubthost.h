#ifndef SEND_DOUBTHOST_H
#define SEND_DOUBTHOST_H

#include "send/host.h"

/*
 * A message that may have arrived is to be offered first to the host that may
 * have it: label doubt-host of job(5).
 */

/* the hosts of this name to the front of a list as in the label mx, with its
 * tiers (hostlist.h), the order else as it was; 1, or 0: there is none */
int doubthost_first(char *list, unsigned char *tiers, const char *name);
/* may a connection to this host, which has had its turn, take the
 * transaction? */
int doubthost_serves(const struct sendhost *, const struct sendtxn *);

#endif
