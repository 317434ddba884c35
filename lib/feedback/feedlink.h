#ifndef FEEDBACK_FEEDLINK_H
#define FEEDBACK_FEEDLINK_H

#include "feedback/factlog.h"
#include "feedback/feedsite.h"
#include "stage/stage.h"

/*
 * The link of a receiving chain: what came from outside for our addresses ends
 * here, and is answered when its events are on disk; other recipients of the
 * same parcel go on.  What has arrived together is synced together.
 */
struct feedlink {
	struct stage stage; /* first */
	struct feedsite *site;
	struct lookup table;
	/* before each message: are there newer files? */
	void (*check)(void);
	struct factlog facts;
	/* of feedlink.c */
	struct feedwait *first, **last;
	struct buf lines;
};

/* all zero but for site, table and check, and facts open.  Until the chain
 * ends; returns the exit status */
int feedlink(struct feedlink *, char *const next[]);

#endif
