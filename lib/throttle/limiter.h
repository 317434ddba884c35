#ifndef THROTTLE_LIMITER_H
#define THROTTLE_LIMITER_H

#include "base/byid.h"
#include "base/heap.h"
#include "throttle/throttle.h"

/*
 * The limiter: which transaction may go now, which waits, and which is
 * given back.  Pure: time is an argument (microseconds, monotonic), so
 * that throttle, a test and a simulation run the same code.
 *
 * A key is a rule with the values it has for a job; it holds what counts:
 * transactions in flight, rate buckets, backoff.  A flow is the set of
 * labels that the rules speak of; its items stay in order.  An item may go
 * when all keys of its flow allow it.  A flow that may not is parked under
 * the key that binds (the one with the latest time, else the first with no
 * room), in line with others there, and is looked at again only when that
 * key has room: so a refusal, a wake-up and a release cost O(1) each,
 * whatever waits.
 *
 * How much may wait under a key:
 *   rate      what goes within a second, of what it has left and gets
 *   conn      half as many jobs as are in flight, or what has gone in the
 *             last quarter of a second; in the first LIMITER_TRUST_US that
 *             the key binds LIMITER_BACKLOG_MAX, unless it was slow before
 *   closed    nothing
 * but always LIMITER_BACKLOG_MIN (closed, or nothing may go within
 * LIMITER_AGAIN_MAX_US: none) and never above LIMITER_BACKLOG_MAX.  What is
 * more comes back as LIMITER_LATER, the last come first.  So a fast
 * destination never sees a "later", and a slow one fills the window of the
 * others for no longer than LIMITER_TRUST_US.
 * For a rate it is told to come when all rates of all its keys will let it
 * go, as far as can be known, limitplan.h.
 * A line for connections that nobody has left for LIMITER_STAND_US, or twice
 * that, comes back as a whole: whoever keeps the mail may let it expire.
 */
enum {
	LIMITER_BACKLOG_MIN = 2,    /* jobs waiting under a key: always, */
	LIMITER_BACKLOG_MAX = 1000, /* at most */
	LIMITER_HELD_MAX = 10000,   /* jobs waiting in all */
	LIMITER_KEYS_MAX = 200000,  /* beyond: the longest idle ones go */
	LIMITER_FLOWS_MAX = 200000,
	LIMITER_VIAS_MAX = 1000, /* pools told apart by backoff; others: one */
	LIMITER_TRUST_US = 250000,
	LIMITER_STAND_US = 10000000, /* a line for connections that stands */
	LIMITER_LINE_US = 1000000,   /* what goes in so long may wait */
	LIMITER_SPEED_US = 125000,   /* slot of the measured speed */
	LIMITER_AGAIN_US = 1000000,  /* "ask again" after at least this, */
	LIMITER_AGAIN_MAX_US = 300000000, /* and at most that, but for caps: */
	LIMITER_TURNS_MAX = 24            /* turns of theirs */
};

enum { LIMITER_WHY_LEN = THROTTLE_CAP_TEXT, LIMITER_SAID_MAX = 400 };
enum limiter_verdict { LIMITER_HELD, LIMITER_GO, LIMITER_LATER };

/* what a destination said last when it failed: values as they stand in the
 * result, empty when missing, each cut to LIMITER_SAID_MAX bytes */
struct limiter_said {
	struct slice code, esc, host, text;
};

struct limiter_key;
struct limiter_flow;
struct limiter_set;
struct limitshare_question;
struct lease_answer;

/* a transaction; lives in the caller's structure from offer to done */
struct limiter_item {
	struct limiter_item *prev, *next;
	struct limiter_flow *flow;
	struct limiter_set *set;
	unsigned jobs;          /* recipients in it; the caller sets it */
	uint32_t bytes;         /* of the message; the same */
	uint32_t message;       /* tells its message from others; the same */
	unsigned msgs_per_conn; /* that apply; 0: no limit */
	enum limiter_verdict verdict;
	int64_t started_us; /* it was offered, or has gone */
	/* of LIMITER_LATER: when to ask again; jobs of the site that are
	 * useful until then, -1: cannot be said for the site */
	int64_t next_us;
	int room;
	/* the same for the jobs of its provider at the site, where a limit of
	 * the provider has no connections left or is closed; -1: it is not that */
	int provider_room;
	/* the same for all that waits for the key that keeps it, where that is
	 * of more than a site: its rule's key, NULL: nothing is said of it */
	const char *line_by;
	unsigned line_by_len;
	int line_room;
	int64_t line_until_us;
	uint8_t closed; /* by backoff: who was tried least is to ask first */
	uint8_t slow;   /* a reply to it has asked for less */
	/* and what bound: "site:mx.example.net", "conn=20"; until done */
	const char *key;
	char limit[LIMITER_WHY_LEN];
	/* of LIMITER_LATER: a rate or cap of a key that speaks of src or via
	 * keeps it until then, and another source may go; 0: none such.  And
	 * the rule's key, of so many bytes; until done */
	int64_t spill_us;
	const char *spill_key;
	unsigned spill_len;
	/* what the destination said, if it is closed or gets less for that */
	const struct limiter_said *said;
};

/* what it costs.  It may open a connection: whether it finds one that was kept
 * is not known before it goes */
static inline struct bucket_cost
limiter_cost(const struct limiter_item *i)
{
	return (struct bucket_cost){ { 1, i->jobs, i->bytes, 1 } };
}

/* a key binds: at most once in LIMITER_AGAIN_US for each */
struct limiter_notice {
	const char *key, *limit; /* "site:mx.example.net", "conn=20" */
	unsigned held;           /* jobs waiting under it now */
	unsigned later;          /* jobs given back since the last notice */
	unsigned in_flight;
	int64_t closed_us; /* closed by backoff for so long; 0: not */
};

/* a limit with a range has another value: thousandths */
struct limiter_adapted {
	const char *key, *limit; /* "site:mx.example.net", "rate=20..80/s" */
	uint32_t from, to;
	/* of less: what the destination said last; NULL: it is not known */
	const struct limiter_said *said;
};

struct limiter_link {
	struct limiter_link *prev, *next;
};

struct limiter {
	struct throttle_rules rules;
	struct hash keys, flows;
	struct limiter_link flow_line; /* longest unused first */
	struct limiter_link idle_keys; /* of no flow and nothing in flight */
	struct heap due;               /* keys by due time */
	struct limiter_item *out, *out_last;
	char *via[LIMITER_VIAS_MAX]; /* pools that are known */
	unsigned n_via;
	unsigned labels;     /* that the rules speak of */
	unsigned held;       /* jobs */
	int64_t promised_us; /* the latest time given to ask again */
	uint64_t seed;
	int shut;
	calendar_turn *turn; /* for caps; NULL: there are none */
	/* the date there, days since 1970, for warm-ups; NULL: UTC */
	int64_t (*date)(const char *zone, int64_t at_s);
	int64_t wall_us; /* the clock of the wall is ahead of the limiter's */
	/* where rates outlast the program: lines for it, limitbook.h, to be
	 * safe before an item that was popped goes; NULL: they do not */
	struct buf *book;
	struct limiter_key *owed; /* in the book next, limitbook_owed() */
	int64_t begun_us; /* rates begin as if used up then; 0: as new */
	int64_t lost_us;  /* the same for those that the book should have */
	void (*notice)(void *arg, const struct limiter_notice *);
	void (*adapted)(void *arg,
	    const struct limiter_adapted *); /* or NULL */
	/* an item may go, and what it costs has been taken: called within
	 * what let it go, in the order of all grants; or NULL */
	void (*granted)(void *arg, struct limiter_item *, int64_t now_us);
	/* what is to be asked of the limits that machines share, limitshare.h;
	 * NULL: each machine has the whole */
	void (*ask)(void *arg, const struct limitshare_question *);
	struct byid shares;
	struct limiter_link sharing; /* keys that have or want a share */
	int64_t share_due_us;
	/* of caps: our name there, kept in the book, and when we were started,
	 * seconds since 1970, later than whoever had the name before */
	uint64_t share_name;
	int64_t share_born_s;
	uint32_t share_seq, share_told_seq;
	unsigned share_untold; /* caps that are to be told */
	uint8_t share_tell;    /* limitsharecaps.c */
	int64_t share_tell_us;
	void *arg;
};

/* all zero otherwise; seed: random, against chosen names */
void limiter_open(struct limiter *, uint64_t seed);
/*
 * limiter_clock - it is so late by the clock of the wall
 *
 * Before each of the other calls, and before the first limiter_load(), where
 * there may be caps.
 */
void limiter_clock(struct limiter *, int64_t wall_us, int64_t now_us);
/*
 * limiter_load - new rules, which now belong to the limiter
 *
 * Keys whose rule's key text stays keep what is in flight, their backoff
 * within the new range, and the level of each rate that stays.  What waits
 * comes back as LATER with the time now, to be asked again under the new rules.
 * 0, or -1 when memory is out: then the program must end.
 */
int limiter_load(struct limiter *, struct throttle_rules *rules,
    int64_t now_us);
/*
 * limiter_flow - the flow a job belongs to
 *
 * For the next limiter_offer(), before another call.  NULL when memory is
 * out or all keys are in use: answer "later".
 */
struct limiter_flow *limiter_flow(struct limiter *, const struct throttle_who *,
    int64_t now_us);
/* the first that waits in it, the others behind; NULL: nobody does */
const struct limiter_item *limiter_waiting(const struct limiter_flow *);
/* the most recipients a transaction may have under the rates that apply */
unsigned limiter_jobs_max(const struct limiter_flow *);
/* what becomes of a transaction that is offered */
struct limiter_judgement {
	enum limiter_verdict verdict; /* HELD: it waits in a line */
	struct limiter_key *key;      /* that keeps it; NULL: none */
	struct limiter_flow *instead; /* whose last item goes for it; NULL:
				       * there is room */
};
/* what limiter_offer() would do: nothing is counted */
void limiter_judge(const struct limiter *, const struct limiter_item *,
    const struct limiter_flow *, int64_t now_us, struct limiter_judgement *);
/* a transaction; it comes back by limiter_pop(), now or later */
void limiter_offer(struct limiter *, struct limiter_item *,
    struct limiter_flow *, int64_t now_us);
/* the next decided item, or NULL */
struct limiter_item *limiter_pop(struct limiter *);
/* a popped item is over; for LIMITER_LATER with BACKOFF_NONE */
void limiter_done(struct limiter *, struct limiter_item *, enum backoff_sign,
    int64_t now_us);
/*
 * limiter_said - a recipient of an item that went has failed
 *
 * Kept for the keys that learn from it, if the sign is one of trouble.
 * Without memory it is not.
 */
void limiter_said(struct limiter_item *, enum backoff_sign,
    const struct limiter_said *);
/*
 * limiter_slow - a reply to an item that went has asked for less
 *
 * Before its limiter_done(): limits with a range take it for trouble, whatever
 * its sign is.
 */
void limiter_slow(struct limiter_item *, const struct limiter_said *);
/* the answer to a question of ask() */
void limiter_answered(struct limiter *, uint32_t id,
    const struct lease_answer *, int64_t now_us);
/* when limiter_run() is wanted next; INT64_MAX: not before something ends */
int64_t limiter_due(const struct limiter *);
void limiter_run(struct limiter *, int64_t now_us);
/* everything that waits comes back as LATER, and all that is offered */
void limiter_shut(struct limiter *, int64_t now_us);
void limiter_close(struct limiter *);

#endif
