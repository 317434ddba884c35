#ifndef SEND_CONNBDAT_H
#define SEND_CONNBDAT_H

#include "send/conn.h"

/*
 * BDAT instead of DATA where the server offers CHUNKING (RFC 3030), if that is
 * wanted: share.bdat, or the label bdat of the site.  One that refuses the
 * command although it offers it is remembered, and gets DATA for a day.  Only
 * for the parts of conn.h.
 */
enum {
	CONNBDAT_EARLY = 16384 /* bytes of a message that may follow its
				* commands before any of them is answered */
};

/* EHLO is answered: the machine is told */
void connbdat_open(struct sendconn *);
/* t is about to begin: it may go in one piece with its commands.  Not on a
 * connection that has been idle, which may be closed: then nobody would know
 * what has arrived */
void connbdat_early(const struct sendconn *, struct sendtxn *t);
/* is this answer to a message one to the command alone?  Then the session is
 * of no more use, and that is remembered */
int connbdat_refused(struct sendconn *, const struct smtpout_event *);

#endif
