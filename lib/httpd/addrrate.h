#ifndef HTTPD_ADDRRATE_H
#define HTTPD_ADDRRATE_H

#include "base/hash.h"
#include "base/ip.h"
#include "base/list.h"
#include "throttle/bucket.h"

/*
 * How often an address may ask: each has a bucket of its own, an IPv6 one
 * together with its /64.
 */
enum { ADDRRATE_KEYS_MAX = 20000 }; /* the one not used for longest goes */

/* all zero but the public members has nobody */
struct addrrate {
	struct bucket_limit limit; /* public */
	size_t keys_max;           /* public: ADDRRATE_KEYS_MAX */
	struct hash by_key;
	struct list by_use;
	size_t n;
};

/*
 * addrrate_take - one more of this address, now
 *
 * ip  16 bytes, as ip_map() has them
 *
 * Returns 0: it may; or in how many microseconds it might.  Without memory it
 * may.
 */
int64_t addrrate_take(struct addrrate *, const unsigned char ip[IP_LEN],
    int64_t now_us);
void addrrate_free(struct addrrate *);

#endif
