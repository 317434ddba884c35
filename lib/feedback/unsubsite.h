#ifndef FEEDBACK_UNSUBSITE_H
#define FEEDBACK_UNSUBSITE_H

#include "conf/conffeedback.h"
#include "feedback/factlog.h"
#include "fix/tokenkeys.h"
#include "httpd/addrrate.h"
#include "httpd/httpd.h"

/*
 * Requests to be unsubscribed, from a request that is whole to its answer: an
 * event is on disk before 200 is said, one sync for all that have come in one
 * round of the loop.
 */
enum { UNSUBSITE_BURST = 6 }; /* a part of a minute's requests, at once */

/* all zero but what is public, and facts open, before the first request */
struct unsubsite {
	/* public */
	struct tokenkeys keys;
	struct factlog facts;
	unsigned days;               /* how old a token may be */
	const char *tenant, *stream; /* of events of which the table says
				      * nothing; NULL: none */
	struct lookup table;         /* of conffeedback.h; get NULL: none */
	/* the rest is of unsubsite.c */
	struct addrrate rates;
	struct list held; /* requests whose events are put, not on disk yet */
	struct buf page, line;
	unsigned told : 1;
};

/* so many requests of an address in a minute; without the call: any number */
void unsubsite_rate(struct unsubsite *, unsigned a_minute);
/* it is answered, or held until the next unsubsite_commit() */
void unsubsite_take(struct unsubsite *, struct httpd_request *);
/* what is held is on disk, and is answered; or those who asked hear that
 * nothing was done */
void unsubsite_commit(struct unsubsite *);

#endif
