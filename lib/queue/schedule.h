#ifndef QUEUE_SCHEDULE_H
#define QUEUE_SCHEDULE_H

#include "base/heap.h"
#include "queue/name.h"
#include "queue/nametable.h"
#include <stdint.h>

/*
 * What queue-run knows of the queue, and whose turn it is.  Pure: no
 * descriptors, and time is an argument (milliseconds, any clock that does
 * not jump).
 *
 * A recipient that may be tried now stands in a lane: one for each recipient
 * domain, owner and campaign.  An owner is whom the mail belongs to (a tenant,
 * a user, a sender's domain) at one priority; what he sends in one campaign
 * does not stand before the rest.  Turns go
 *
 *   priority    weighted, so that none starves (schedule_weight)
 *     owner     round robin
 *       lane    round robin; one run: recipients of one message, adjacent
 *
 * A site is where mail of a domain goes, learned from results; until then a
 * domain is a site of its own.  A site has at most SCHEDULE_SHARE times as
 * many recipients in the chain as the window has free places: alone it gets
 * half of the window, and however many slow sites there are, there is room
 * for the next one.  A site may be held: at most `room` recipients of it
 * are in the chain until a given time.  Lanes of a site that may have no more
 * are parked there and cost nothing until it may.
 *
 * A key is a limit over several sites that keeps recipients waiting (that of
 * a provider, a pool, a tenant): who names it has told how many jobs under it
 * are useful until when.  Its lanes stand in a round of its own, with turns as
 * above, and it sends one of them at a time to take its turn among the others,
 * as long as it has room.  A recipient that waits for a key which others of its
 * lane need not have goes into a lane of its own kind; a key that all of them
 * have is their lane's, so that one of them was asked for all.
 *
 * A site that was held with no room is closed: when its time is over it gets
 * one recipient as a probe, twice as many after each answer that does not
 * close it again, and all after a success.  A probe is one that was never
 * tried where there is one, in whatever lane, else one whose last attempt is
 * long ago: so what fails, or makes the site fail, does not keep the others
 * from being tried.  Otherwise who was tried before goes first.
 */
enum {
	SCHEDULE_NONE = NAMETABLE_NONE,
	SCHEDULE_PRIOS = 10,
	SCHEDULE_SHARE = 1,
	SCHEDULE_WINDOW_MAX = 30000,
	SCHEDULE_PROVIDERS_MAX = 1000, /* names; more are not kept */
	SCHEDULE_PROVIDER_LEN = 64,    /* bytes of one */
	SCHEDULE_PROVIDER_MS = 2000,   /* schedule_hold_provider() */
	SCHEDULE_KEYS_MAX = 20000,     /* keys; more are not kept */
	SCHEDULE_KEY_LEN = 1000,       /* bytes of the name of one */
	SCHEDULE_KEY_MS = 500, /* a key full of what went before it was known */
	SCHEDULE_PROBE_MS = 30000, /* a probe that takes longer: more */
	SCHEDULE_EASE_MS = 1000,   /* then a site may have twice as much */
	SCHEDULE_ROOM_NONE = 0xffffffff, /* no limit */
	SCHEDULE_WATCH_NONE = 0xffffffff /* never */
};

extern const unsigned schedule_weight[SCHEDULE_PRIOS];

/* where a recipient is */
enum schedule_where {
	SCHEDULE_FREE,  /* structure not in use */
	SCHEDULE_IDLE,  /* known, and nothing to do: held, report owed */
	SCHEDULE_TIMER, /* until its time comes */
	SCHEDULE_LANE,  /* may be tried, for the first time */
	SCHEDULE_AGAIN, /* may be tried again */
	SCHEDULE_OUT,   /* in the chain */
	SCHEDULE_LATE   /* the same, but it has no place in the window */
};

struct schedule_rcpt {
	uint32_t message;
	uint32_t n; /* number in its message */
	uint32_t domain;
	uint32_t later, earlier; /* in its message's list */
	uint32_t a, b; /* lane: next, previous; timer: place; out: site */
	uint16_t tries;
	char state;     /* enum message_state */
	char mark;      /* report mark, message.h */
	int64_t due_ms; /* SCHEDULE_IDLE: the caller's */
	uint8_t where;
	uint8_t flags;    /* the caller's */
	uint8_t class;    /* the same */
	uint32_t watch_s; /* schedule_watch() */
};

struct schedule_message {
	char id[NAME_LEN];
	uint32_t hash_next;
	uint32_t owner;
	uint32_t sender;   /* hash of the sender's address */
	uint32_t campaign; /* schedule_campaign() */
	uint32_t first;    /* its recipients, in the order they came */
	uint32_t last;
	uint32_t n_live;
	uint32_t segment; /* the caller's */
	uint16_t n_out;
	uint8_t flags; /* the caller's */
	uint8_t used;
	uint32_t n_lane; /* recipients that may be tried now */
	void *head;      /* the caller's */
};

struct schedule_line {
	uint32_t head, tail;
	uint32_t back; /* the last of those in front that came back */
};

struct schedule_lane {
	uint32_t domain, owner, campaign;
	uint32_t key; /* that each in it waits for by itself; or none */
	uint32_t
	    whole; /* that all of it wait for, as far as is known; or none */
	uint32_t sent;  /* the key whose turn it is to take; or none */
	uint32_t place; /* number of the owner in whose ring it is, or of that
			 * owner's place in the round of a key */
	struct schedule_line fresh, again; /* never tried; tried before */
	uint32_t n;
	uint32_t next, prev; /* in its owner's ring or its site's parked list */
	uint32_t hash_next;
	uint8_t parked;          /* enum schedule_parked */
	uint8_t kept;            /* its turn was of no use: it has it still */
	uint32_t turn, turn_was; /* number of its last one, and before */
};

enum schedule_parked {
	SCHEDULE_TURNS,   /* it takes turns */
	SCHEDULE_AT_SITE, /* waits for room at its site */
	SCHEDULE_AT_KEY   /* stands in the round of a key */
};

struct schedule_owner {
	uint32_t turn;       /* ring of lanes: whose turn it is */
	uint32_t next, prev; /* in the ring of its priority */
};

/* whose turn it is: rings of owners, by priority */
struct schedule_round {
	uint32_t turn[SCHEDULE_PRIOS];
	int credit[SCHEDULE_PRIOS];
};

/* a site, or a key: it has a round */
struct schedule_site {
	struct schedule_round *round;
	uint32_t sent; /* of a key: the lane that is to take its turn */
	uint32_t out;  /* recipients in the chain */
	uint32_t room;
	uint32_t probes;         /* so many at once; 0: it is not closed */
	uint32_t moved, n_moved; /* they count there since it was learned */
	int64_t until_ms;        /* the hold ends; 0: none */
	uint32_t parked_head, parked_tail, n_parked;
	uint32_t look_next, look_prev; /* in the list of schedule_look() */
	uint32_t place;                /* in the heap, SCHEDULE_NONE: not */
	uint8_t listed, skipped;
	uint8_t mixed;     /* not all of its domains are one provider's */
	uint8_t shares;    /* it was held last for what its provider may have */
	uint32_t provider; /* whose they are, SCHEDULE_NONE: none is known */
};

struct schedule {
	unsigned window, out, late;
	struct schedule_message *message;
	struct schedule_rcpt *rcpt;
	uint32_t *address; /* of recipients, the caller's; 0 at first */
	uint16_t *order;   /* the same */
	uint16_t *source;  /* the same */
	uint32_t *key;     /* by which it waits or last went; of cap_key */
	struct schedule_lane *lane;
	struct schedule_owner *owner; /* by number in owners */
	struct schedule_site *site;   /* by number in sites */
	uint32_t *domain_site;        /* by number in domains */
	uint32_t *domain_provider;    /* the same: number in providers */
	uint32_t n_message, cap_message, free_message;
	uint32_t n_rcpt, cap_rcpt, free_rcpt, used_rcpt;
	uint32_t n_lane, cap_lane, free_lane;
	uint32_t cap_address, cap_order, cap_source, cap_key;
	uint32_t n_keys;
	uint32_t cap_owner, cap_site, cap_domain, cap_provider;
	struct nametable domains, owners, sites, providers;
	struct hashindex messages; /* by id */
	struct hashindex lanes;    /* by domain, owner, campaign, key */
	struct schedule_round round;
	struct heap due; /* numbers, see scheduleparts.h */
	uint32_t look;   /* the first site to look at */
	uint32_t turns;  /* that lanes have had */
	uint32_t watch_first, watch_next, watch_at; /* schedule_watched() */
	uint8_t watching;
};

/* window: jobs that may be under way at once.  0, or -1 with ENOMEM */
int schedule_init(struct schedule *, unsigned window);
/* before the first message: a number that nobody can guess, so that nobody can
 * choose names by which it becomes slow */
void schedule_seed(struct schedule *, uint64_t);
void schedule_free(struct schedule *);

/* of a message whose recipients do not wait yet: it belongs to a campaign, a
 * name; the number of one that has none is 0 */
void schedule_campaign(struct schedule *, uint32_t message, const char *name,
    size_t n);
/*
 * schedule_message - a new message; its number, SCHEDULE_NONE without memory
 *
 * owner  whom it belongs to; sender is only kept
 */
uint32_t schedule_message(struct schedule *, const char *id, const char *owner,
    size_t n, unsigned prio, uint32_t sender);
uint32_t schedule_find(const struct schedule *, const char *id);
/* forget it and its recipients; none may be in the chain */
void schedule_forget(struct schedule *, uint32_t message);
/* a recipient, SCHEDULE_IDLE; SCHEDULE_NONE without memory.  domain is lower
 * case */
uint32_t schedule_rcpt(struct schedule *, uint32_t message, unsigned n,
    const char *domain, size_t len);
/* a recipient that has come to an end */
void schedule_drop(struct schedule *, uint32_t rcpt);

/*
 * Moving a recipient that is not in the chain.  schedule_wait: it may be
 * tried from due_ms on; front puts it before what waits already, behind those
 * in front that wait for longer.  -1 when memory is out, then it is idle.
 */
int schedule_wait(struct schedule *, uint32_t rcpt, int64_t due_ms,
    int64_t now_ms, int front);
void schedule_idle(struct schedule *, uint32_t rcpt);

/* move what is due, end holds that are over; of very many some, then
 * schedule_due() is not in the future */
void schedule_tick(struct schedule *, int64_t now_ms);
/* when schedule_tick() has something to do, INT64_MAX: never */
int64_t schedule_due(const struct schedule *);

/*
 * schedule_pick - the next recipients for the chain, all of one message and
 * domain
 *
 * out, max  receives their numbers; they are now SCHEDULE_OUT
 * Returns how many, 0: nothing may go now.  Before the first of a round call
 * schedule_look(), which finds the sites that may have more again.
 */
void schedule_look(struct schedule *, int64_t now_ms);
unsigned schedule_pick(struct schedule *, int64_t now_ms, uint32_t *out,
    unsigned max);
/* one that went down before we began, and is not in the chain yet for us; -1:
 * no memory, or the window is full */
int schedule_claim(struct schedule *, uint32_t rcpt);
/* it came back: SCHEDULE_IDLE */
void schedule_back(struct schedule *, uint32_t rcpt);
/* it takes very long: SCHEDULE_LATE, until it comes back; others may have its
 * place in the window and at its site */
void schedule_late(struct schedule *, uint32_t rcpt);
/* is it down, or was it before schedule_late()? */
static inline int
schedule_is_down(const struct schedule_rcpt *p)
{
	return p->where == SCHEDULE_OUT || p->where == SCHEDULE_LATE;
}

/*
 * schedule_watch - the caller wants to look at a recipient at a time of his
 * own, wherever it is then
 *
 * Seconds of any clock; SCHEDULE_WATCH_NONE, and a new recipient: never.
 */
void schedule_watch(struct schedule *, uint32_t rcpt, uint32_t at_s);
/* look at all that are watched in the next pass, whatever their time */
void schedule_watch_all(struct schedule *);
/*
 * schedule_watched - one slice of a pass over all recipients
 *
 * Begins a pass, or goes on with it while s->watching; passes by at most
 * steps recipients and puts at most max into out, those whose time has come.
 * Each must be watched anew, or dropped.  Returns how many.  After a pass
 * s->watch_first is the earliest time of those that were not due.
 */
unsigned schedule_watched(struct schedule *, uint32_t now_s, uint32_t *out,
    unsigned max, unsigned steps);

/* a domain's mail goes to that site; after schedule_learn_provider().  0, -1 without memory (not learned) */
int schedule_learn(struct schedule *, uint32_t domain, const char *site,
    size_t n);
/* a domain belongs to that provider; a name too many, or too long, is not
 * kept */
void schedule_learn_provider(struct schedule *, uint32_t domain,
    const char *name, size_t n);
/* its provider's name, NULL: none is known */
const char *schedule_provider(const struct schedule *, uint32_t domain,
    size_t *n);
/* hold the site of a domain */
void schedule_hold(struct schedule *, uint32_t domain, uint32_t room,
    int64_t until_ms);
/*
 * schedule_hold_provider - the same, for what a provider may have
 *
 * Only where all domains of the site are that provider's, as far as they have
 * been learned; else 0 is returned, and nothing done.  The room is that of all
 * of his sites together: this one keeps what it has in the chain, if that is
 * less, and looks for more as one that was closed does, but not for all at once
 * after a success.  With room it is held for SCHEDULE_PROVIDER_MS at most.
 */
int schedule_hold_provider(struct schedule *, uint32_t domain, uint32_t room,
    int64_t until_ms, int64_t now_ms);
/* a key, as told with the answer to a recipient that came back */
struct schedule_key {
	const char *name;
	size_t n;
	int whole; /* all of its lane have it */
	uint32_t room;
	int64_t until_ms;
};
/*
 * schedule_hold_key - a recipient that is idle waits for a key
 *
 * Until then at most `room` recipients that wait for it are in the chain, and no
 * more than there are now: who came back has found it full.  After that as for
 * sites, but in smaller steps, and once it had no room not all at once after a
 * success.
 * The next schedule_wait() of the recipient puts it among those that wait for
 * the key.  0: the name is too long or one too many, or there is no memory; then
 * it waits for none.
 */
int schedule_hold_key(struct schedule *, uint32_t rcpt,
    const struct schedule_key *, int64_t now_ms);
/* it waits for no key any more: it came back with another answer, or what it
 * was told may be no longer so.  One in a lane waits behind the others, -1
 * without memory: then it is idle */
int schedule_leave_key(struct schedule *, uint32_t rcpt);
/* the number of the key that a recipient in a lane waits for, as a site's;
 * SCHEDULE_NONE: of none */
uint32_t schedule_key_of(const struct schedule *, uint32_t rcpt);
/* no site or key is held any more, nor taken for closed */
void schedule_free_sites(struct schedule *);
/* the site of a domain has answered a recipient; good: it takes mail */
void schedule_heard(struct schedule *, uint32_t domain, int good);
/* the same of the key by which a recipient went */
void schedule_heard_key(struct schedule *, uint32_t rcpt);
/* name of a site: that of a domain which has none yet is "domain:X", that of a
 * key "key:X" */
const char *schedule_site_name(const struct schedule *, uint32_t site,
    size_t *n);
unsigned schedule_prio(const struct schedule *, uint32_t message);

#endif
