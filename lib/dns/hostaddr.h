#ifndef DNS_HOSTADDR_H
#define DNS_HOSTADDR_H

#include "base/ip.h"
#include "conf/lookup.h"

/* Addresses of hosts, and to which of them mail may go. */

struct hostaddr {
	unsigned char family; /* 4 or 6 */
	unsigned char ip[16];
};
/* the text of an address */
void hostaddr_text(const struct hostaddr *, char out[IP_TEXT]);
/* 0, or -1 when it is none */
int hostaddr_scan(const char *, size_t, struct hostaddr *);

/* addresses that are allowed although they are nonsense, and our own */
struct hostaddr_prefix {
	struct hostaddr ip;
	unsigned bits;
};
/* IP or IP/BITS; 0, or -1 when it is none */
int hostaddr_prefix_scan(const char *, struct hostaddr_prefix *);

struct hostaddr_policy {
	const struct hostaddr_prefix *allow;
	unsigned n_allow;
	const struct hostaddr *own; /* of this machine's interfaces */
	unsigned n_own;
	const char *me; /* lower case */
	struct lookup local;
	unsigned refuse_private;
};

/* may mail go to this address?  1 or 0 */
int hostaddr_sane(const struct hostaddr *, const struct hostaddr_policy *);
int hostaddr_own(const struct hostaddr *, const struct hostaddr_policy *);

#endif
