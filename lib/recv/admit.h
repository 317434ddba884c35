#ifndef RECV_ADMIT_H
#define RECV_ADMIT_H

#include "recv/session.h"

/*
 * May this client have a connection: is he refused by name, and is there one
 * for him, his address and his network?  Who is admitted is counted, and
 * known as one of ours if he may relay.  NULL: welcome; or the reply that
 * he is sent away with.
 */
const struct smtpin_reply *admit_client(struct session *);

#endif
