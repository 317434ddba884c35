#ifndef DNS_OWNADDR_H
#define DNS_OWNADDR_H

#include "dns/hostaddr.h"

/*
 * The addresses of this machine's interfaces, by which it knows itself
 * among hosts that others name.
 */
enum {
	OWN_MAX = 1024,      /* addresses of this machine */
	OWN_EVERY_MS = 60000 /* how often they are looked up */
};

/*
 * set own and n_own of a policy, when the last time is OWN_EVERY_MS ago.
 * Addresses that no mail goes to anyway, loopback among them, need no
 * mention.  Where the system does not tell, what was known stays.
 */
void ownaddr_read(struct hostaddr_policy *);

#endif
