#ifndef RECV_RCPT_H
#define RECV_RCPT_H

#include "conf/softtable.h"
#include "local/mailbox.h"
#include "route/routing.h"
#include "smtp/smtpin.h"

/*
 * Is there somebody at a local address?  Asked before mail for it is taken,
 * so that nothing has to be returned to a sender who may be forged.  The
 * address goes the way that route would send it: aliases, extensions and
 * rules count.
 */
enum { RCPT_TABLES = 4 };

struct rcpt {
	struct softtable table[RCPT_TABLES];
	struct routing_conf conf;
	struct routing where, member;
	struct mailbox_conf boxes;
	struct smtpin_reply reply;
	unsigned on : 1; /* the question is asked */
	int64_t complained_ms;
};

/*
 * rcpt_open - the tables of a configuration directory, those missing are
 * none
 *
 * maildirs  the directory of Maildirs; "-": they are not here, and the file
 *           users says all; NULL: the question is not asked
 * local     which domains are local
 */
void rcpt_open(struct rcpt *, const char *confdir, const char *maildirs,
    struct lookup local);
/* look for other tables; the caller knows how often */
void rcpt_check(struct rcpt *);

/*
 * rcpt_ask - to: an address of a local domain; from: the sender
 *
 * Returns NULL when there is somebody, or it is not asked; else the reply,
 * valid until the next question: 5xx when it is known that there is nobody,
 * 4xx when it cannot be known.
 */
const struct smtpin_reply *rcpt_ask(struct rcpt *, struct slice to,
    struct slice from);

#endif
