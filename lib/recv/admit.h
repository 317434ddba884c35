#ifndef RECV_ADMIT_H
#define RECV_ADMIT_H

#include "recv/session.h"

/*
 * May this client have a connection: is he refused by name, and is there one
 * for him, his address and his network?  Who is admitted is counted, and
 * known as one of ours if he may relay.  A rule may say that it is a proxy, who
 * says first whose the connection is, or a peer that may say so by XCLIENT.
 * NULL: welcome; or the reply that he is sent away with.
 */
const struct smtpin_reply *admit_client(struct session *);

/*
 * It is another's connection, as a peer says who is trusted: what he holds and
 * may is his own from now on.  ip NULL: nobody knows whose, who may not relay.
 * What his rule says of proxies counts nothing.  NULL, or the reply.
 */
const struct smtpin_reply *admit_other(struct session *,
    const unsigned char ip[IP_LEN]);
/*
 * He has logged in: what he holds is his login's from now on, and no more his
 * address's.  NULL, or the reply, when there is no room for one more of it.
 */
const struct smtpin_reply *admit_login(struct session *, const char *login);
/* he has that login no more: what he holds is his address's again.  NULL, or the
 * reply, when it has no room for one more */
const struct smtpin_reply *admit_back(struct session *);

/* he is not counted for his address any more */
void admit_uncrowd(struct session *);

#endif
