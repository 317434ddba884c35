#ifndef SEND_ANSWERS_H
#define SEND_ANSWERS_H

#include "chain/link.h"
#include "send/host.h"
#include "send/lasttries.h"
#include "send/result.h"

/*
 * The results of remote-send on their way up, job(5): each recipient of a
 * transaction, and each job that becomes part of none, gets one.  Nothing here
 * fails: the program ends when there is no memory.
 */
struct sendanswers {
	struct link *link; /* up it */
	struct buf noted;  /* room */
	struct lasttries last;
};

/* one recipient's, which then has one; host, which may be NULL, answered */
void sendanswers_rcpt(struct sendanswers *, struct sendtxn *, unsigned rcpt,
    const struct sendhost *host, struct sendresult *);
/* the same for all who have none yet */
void sendanswers_rest(struct sendanswers *, struct sendtxn *,
    const struct sendhost *, struct sendresult *);
/* its final dot is about to leave: that is noted, link_note() */
void sendanswers_sending(struct sendanswers *, const struct sendtxn *);
/* a job that becomes part of no transaction, and why; site may be NULL.  Where
 * there is nobody to be answered it is warned of */
void sendanswers_job(struct sendanswers *, const struct sendjob *,
    const struct sendsite *, struct sendresult *, const char *why);

#endif
