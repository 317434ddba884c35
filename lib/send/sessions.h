#ifndef SEND_SESSIONS_H
#define SEND_SESSIONS_H

#include "base/hash.h"
#include "base/list.h"
#include "tls/tls.h"

/*
 * Sessions of TLS that may be resumed.  The key has the host and all that was
 * demanded of it: one that came up under a weaker demand must not serve a
 * stronger one.  A resumed session shows no certificate, so the verdict and
 * the last second of the certificate are kept with it.  All zero is empty.
 */
enum {
	SENDSESSIONS_MAX = 4096, /* the one used longest ago goes */
	SENDSESSIONS_AGE_S = 3600
};

struct sendsession {
	struct tls_session tls;
	enum tls_verdict verdict;
	int64_t until_s; /* wall clock; 0: not known */
};

struct sendsessions {
	struct hash by_key;
	struct list used; /* the latest first */
};

/* one that may be resumed now, or NULL; valid until the next call */
const struct sendsession *sendsessions_find(struct sendsessions *,
    const char *key, size_t n, int64_t now_ms, int64_t wall_s);
/* in place of what there is; without memory nothing is kept */
void sendsessions_keep(struct sendsessions *, const char *key, size_t n,
    const struct sendsession *, int64_t now_ms);
void sendsessions_drop(struct sendsessions *, const char *key, size_t n);
/* forgets all; what is forgotten is wiped */
void sendsessions_free(struct sendsessions *);

#endif
