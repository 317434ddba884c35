#ifndef SEND_TLSRESUME_H
#define SEND_TLSRESUME_H

#include "send/conntls.h"

/*
 * Sessions of TLS that are resumed (share.sessions), with the same address under
 * the same demand.  Of send/conntls and send/conncert alone.
 */

/* what a handshake needs while it is under way; c->tls->try */
struct conntls_try {
	struct anchors *anchors;         /* NULL: none are known */
	struct identity_set *identities; /* of what we show, or NULL */
	struct sendsession resume;       /* with resumes */
	struct sendsession got;
	int resumes;
};

/* one for this host into c->tls->try, if there is one */
void tlsresume_find(struct sendconn *, int64_t wall_s);
/* it is up, and kept; the verdict on the certificate, which may be of another
 * time */
enum tls_verdict tlsresume_keep(struct sendconn *, const struct tls_info *);
/* it did not come up: the next one is made anew */
void tlsresume_drop(struct sendconn *);

#endif
