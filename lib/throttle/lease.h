#ifndef THROTTLE_LEASE_H
#define THROTTLE_LEASE_H

#include "throttle/bucket.h"

/*
 * What this program may use of a limit that several machines share,
 * throttle-share(8).  Pure: time is an argument, microseconds, monotonic.
 *
 * A rate is divided into parts, as many as its burst has room for, up to
 * LEASE_PARTS; a number of connections into as many as it is.  Who has some
 * of them under a lease has that part of the rate and of the burst.  What is
 * in a bucket, its level, goes with the parts: whole units of a burst's
 * LEASE_WHOLE.  The levels of all add up to a burst at most, and all of them
 * together are filled by the rate and by nothing else; so in each window no
 * more goes than the one bucket would have let go.
 *
 *	no lease     nothing goes
 *	lease        until until_us: asked for anew each LEASE_RENEW_US
 *	alone        the same, of a part that is this machine's own while
 *	             nobody can be asked
 */
enum {
	LEASE_TERM_US = 2000000,   /* of a lease */
	LEASE_RENEW_US = 1000000,  /* asked for anew so often */
	LEASE_MARGIN_US = 50000,   /* a lease is over here so much before */
	LEASE_LOOK_US = 100000,    /* who has nothing is looked at so often */
	LEASE_END_US = 25000,      /* has a connection ended that goes back? */
	LEASE_GATHER_US = 10000,   /* asked for together */
	LEASE_ALONE_US = 500000,   /* a lease without Redis */
	LEASE_LOST_US = 30000000,  /* no answer for so long: asked again */
	LEASE_GRACE_US = 10000000, /* connections of who has died */
	LEASE_PARTS = 60
};
#define LEASE_WHOLE INT64_C(1000000000)

/* the whole: a rate, or, with limit.n 0, so many connections */
struct lease_whole {
	struct bucket_limit limit;
	uint32_t parts;
};

struct lease {
	struct bucket now; /* of what is had */
	uint32_t has, of;  /* parts, and of how many; of 0: none were had */
	uint32_t back;     /* so many are to be given back */
	uint32_t more;     /* of connections: not to be used any more */
	int64_t until_us;  /* the lease */
	int64_t ask_us;    /* asked for next; INT64_MAX: not */
	int64_t back_us;   /* given back then; INT64_MAX: not */
	int64_t begun_us;  /* used and wanted count since then */
	uint64_t used;     /* of connections the most at once */
	uint32_t seq;      /* of the last question */
	uint8_t asked;     /* it has no answer */
	uint8_t wanted;    /* somebody waits for it */
	uint8_t all, none; /* the last question was for all, or for nothing */
	uint8_t alone;     /* the lease is one without Redis */
};

struct lease_question {
	uint32_t seq, have, back, want;
	int64_t level; /* of what is given back */
};

struct lease_answer {
	uint32_t seq;
	uint32_t kept;    /* of what it had */
	uint32_t has, of; /* parts; of: of so many */
	int64_t level;    /* that came with those that are new */
	int64_t until_us;
	int64_t retry_us; /* ask again after so long; 0: as usual */
	uint32_t back;    /* to be given back, */
	int64_t back_us;  /* after so long */
	int alone;
};

/* the whole of a rate, or of connections */
struct lease_whole lease_rate(const struct bucket_limit *);
struct lease_whole lease_conn(uint32_t conn);
/* the part of a rate as it is now; has must not be 0 */
struct bucket_limit lease_limit(const struct lease *,
    const struct lease_whole *);
/* what is in its bucket; below 0: owed */
int64_t lease_level(const struct lease *, const struct lease_whole *,
    int64_t now_us);
/* so many connections may be in flight */
uint32_t lease_busy(const struct lease *);
/* somebody waits for it */
void lease_want(struct lease *, int64_t now_us);
/* when there is something to do; INT64_MAX: nothing */
int64_t lease_due(const struct lease *);
/* a lease that is over is none */
void lease_expire(struct lease *, int64_t now_us);
/*
 * lease_ask - is something to be asked now?  1, with the question; 0: no
 *
 * busy  of connections how many are in flight
 */
int lease_ask(struct lease *, const struct lease_whole *, uint32_t busy,
    int64_t now_us, struct lease_question *);
/* the last question gets no answer any more */
void lease_unheard(struct lease *, int64_t now_us);
/* the answer; one that belongs to no question is passed over: 0, else 1 */
int lease_answered(struct lease *, const struct lease_whole *,
    const struct lease_answer *, int64_t now_us);

#endif
