#ifndef SIM_SIMSTATE_H
#define SIM_SIMSTATE_H

#include "base/heap.h"
#include "base/table.h"
#include "queue/retry.h"
#include "queue/schedule.h"
#include "sim/simevent.h"
#include "sim/simflow.h"
#include "sim/simmodel.h"
#include "sim/simroute.h"

/*
 * The way of a message in virtual time: queue-run's schedule and retries,
 * routes, throttle; each attempt takes as long and is answered as the log has
 * it.  The clock goes from one thing that happens to the next.
 *
 *   simstate   what is known of each recipient now, and what is counted
 *   simjob     what goes down: where to; what comes back of an attempt
 *   simsettle  what a result changes, as lib/run/settle.c has it
 *   simrun     the clock, arrivals, attempts under way, lifetimes
 */
enum {
	SIMRUN_WINDOW = 500,
	SIMRUN_RUN_MAX = 100,   /* as queue-run, RUN_RUN_MAX */
	SIMRUN_ROUND_US = 1000, /* what a job takes to throttle */
	SIMRUN_GRACE_S = 30     /* for the last attempt */
};

/* flags of a recipient */
enum {
	SIMRUN_CHANGED = 1, /* it goes elsewhere */
	SIMRUN_DECIDED = 2, /* and that is known */
	SIMRUN_WAITED = 4,  /* a limit has kept it */
	SIMRUN_LATER = 8,   /* it waits because throttle said `later' */
	SIMRUN_MODEL = 16,  /* the model answers this attempt */
	SIMRUN_ENDED = 32,
	SIMRUN_DOUBT = 64 /* what became of the last attempt is not known */
};

/* one that has come; names are numbers of words, NAMETABLE_NONE: none */
struct simrun_live {
	int64_t down_us; /* handed to throttle */
	uint32_t at;     /* in the schedule */
	uint32_t next;   /* the attempt in the log that is answered next */
	uint32_t site, via, src, provider;
	uint32_t class, failure; /* of the last attempt */
	uint8_t flags;
};

/* something that happens to a recipient */
struct simrun_due {
	int64_t at_us;
	uint32_t rcpt, turn; /* turn: those of one time in their order */
};

struct simrun {
	/* set by the caller */
	const struct simstore *store;
	const uint32_t *order; /* of it, simstore_order() */
	struct simstat *stat;
	struct simmodel *model;
	enum simgroup by;
	const char *confdir;
	int recorded;   /* routes are as in the log */
	int64_t end_us; /* it stops there; INT64_MAX: when all have ended */
	unsigned window;
	uint64_t seed;
	/* where each goes: compared with, and replaced by what is found */
	struct nametable *routes;
	uint32_t *route; /* by recipient */
	/* internal */
	struct simroute where;
	struct simflow flow;
	struct schedule s;
	struct table retry;
	struct simrun_live *live; /* by recipient */
	struct nametable words;
	uint32_t *took_ms; /* by name of a domain: its last success */
	struct heap flights, lives;
	struct buf up; /* results that are not looked at yet */
	int64_t now_us, refilled_us;
	uint32_t arrived, ended, cut, turn;
	int64_t wanted_us; /* since then there may be more to go down */
};

/* what happens next stands first, of one time in the order of turns */
extern const struct heap_kind simstate_heap;
/* NAMETABLE_NONE for an empty one */
uint32_t simstate_word(struct simrun *, struct slice);
struct slice simstate_text(const struct simrun *, uint32_t word);
/* the group of a recipient in the count */
uint32_t simstate_group(struct simrun *, uint32_t rcpt);
/* there may be more to go down */
void simstate_want(struct simrun *);
/* a recipient is done with */
void simstate_ended(struct simrun *, uint32_t rcpt, enum simstore_end);
/* who has not ended is counted as he is */
void simstate_queued(struct simrun *, uint32_t rcpt);

#endif
