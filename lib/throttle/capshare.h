#ifndef THROTTLE_CAPSHARE_H
#define THROTTLE_CAPSHARE_H

#include "throttle/lease.h"

/*
 * What this program has of a cap that several machines share,
 * throttle-share(8), in the hour or day that is now.  Pure: time is an
 * argument, microseconds, monotonic.
 *
 * It gets some of it ahead, and uses no more than it got.  There is no lease:
 * what it has stays its own until the turn is over, whoever is gone.  What it
 * does not need it gives back.  Each question says all that it has, so that
 * one that is lost, or heard twice, changes nothing.
 */
enum {
	CAPSHARE_IDLE_US = 2000000,   /* unused for so long: given back */
	CAPSHARE_AGAIN_US = 500000,   /* after an answer that says nothing */
	CAPSHARE_FULL_US = 60000000,  /* others have all: asked again then */
	CAPSHARE_CLOSED_US = 5000000, /* nobody knows what others have */
	CAPSHARE_PREFETCH = 2         /* asked for with that part left of it */
};

struct capshare {
	int64_t turn_s;  /* what it has is of the turn that began then */
	int64_t ask_us;  /* looked at next; INT64_MAX: not */
	int64_t used_us; /* used or wanted last */
	int64_t full_us; /* there is no more until then */
	int64_t calm_us; /* nobody answers: not asked before */
	uint32_t got;    /* of the turn, used or not */
	uint32_t block;  /* so much came last */
	uint32_t need;   /* somebody waits for so much; 0: nobody */
	uint32_t seq;    /* of the last question */
	uint8_t asked;   /* it has no answer */
	uint8_t must;    /* it is to be told what is had */
};

/* a turn begins, in which so much is used already */
void capshare_begin(struct capshare *, int64_t turn_s, uint32_t used);
/* may so much more go?  1 or 0 */
int capshare_goes(const struct capshare *, uint32_t used, uint32_t cost);
/* does somebody answer, so that more may come at any moment?  1 or 0 */
int capshare_heard(const struct capshare *, int64_t now_us);
/* somebody waits for so much */
void capshare_want(struct capshare *, uint32_t cost, int64_t now_us);
/* something of it has gone, and so much has now in all */
void capshare_took(struct capshare *, uint32_t used, int64_t now_us);
/* whoever is asked knows nothing of us: the last question has no answer, and
 * what is had is to be told */
void capshare_tell(struct capshare *, int64_t now_us);
/* all that is not used goes back now */
void capshare_leave(struct capshare *, uint32_t used, int64_t now_us);
/*
 * capshare_ask - is something to be asked now?  1, with the question; 0: no
 *
 * seq  of all questions of caps of this program; counts on
 */
int capshare_ask(struct capshare *, uint32_t used, uint32_t *seq,
    int64_t now_us, struct lease_question *);
/* the answer; one that belongs to no question is passed over: 0, else 1 */
int capshare_answered(struct capshare *, uint32_t used,
    const struct lease_answer *, int64_t now_us);

#endif
