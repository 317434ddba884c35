#ifndef QUEUE_SCHEDULEPARTS_H
#define QUEUE_SCHEDULEPARTS_H

#include "queue/schedule.h"

/*
 * What the parts of schedule ask of each other; nobody else includes this.
 *
 *   schedule       messages and recipients, and where each of these is
 *   schedulehold   how much a site may have, for how long, and probes
 *   scheduleturn   whose turn it is, and the window of what is in the chain
 *   schedulelane   lanes, and the rings in which they take turns
 *   schedulekey    keys, and which of their lanes takes a turn next
 *   scheduleround  rings of lanes and owners
 *   schedulesite   sites, and what waits there
 *   scheduledue    recipients and sites that wait for a time
 *   schedulewatch  recipients that the caller wants to look at
 *   schedulearray  room for all of these
 *
 * Each calls those below it and none above.
 */

/* room for element n of an array, half as much again each time; 0, or -1
 * with errno */
int schedule_grow(void *array, uint32_t n, uint32_t *cap, size_t size);

/* owners: the first character of the name is the priority */
static inline unsigned
owner_prio(const struct schedule *s, uint32_t owner)
{
	return s->owners.name[owner].s[0] - '0';
}

/* rounds */

void round_open(struct schedule_round *);
/* the priority whose turn it is, -1: none has a lane */
int round_next(const struct schedule_round *);
void round_served(struct schedule_round *, int prio);
/* a lane, in the ring of its place: behind all others, or its turn is next */
void round_add(struct schedule *, struct schedule_round *, uint32_t lane,
    int first);
/* one that is in it: its turn is next */
void round_first(struct schedule *, struct schedule_round *, uint32_t lane);
void round_cut(struct schedule *, struct schedule_round *, uint32_t lane);

/* lanes */

/* it takes turns; the last one in the round of its owner, and that among the
 * others */
void lane_enter(struct schedule *, uint32_t lane);
void lane_leave(struct schedule *, uint32_t lane);
/* it has its turn */
void lane_turn(struct schedule *, uint32_t lane);
/* that of a recipient, as it would wait now; SCHEDULE_NONE: there is none */
uint32_t lane_find(const struct schedule *, uint32_t rcpt);
/* a recipient that is idle, behind the others or before them; 0, -1 without
 * memory */
int lane_add(struct schedule *, uint32_t rcpt, int front);
/* it is idle then; a lane goes with its last one */
void lane_remove(struct schedule *, uint32_t lane, uint32_t rcpt);

/* keys */

/* key[] of a recipient whose lane as a whole is to have it */
enum { KEY_WHOLE = 0x80000000 };

/* that of a recipient, SCHEDULE_NONE: there is none.  Most have none, so there
 * is no room for one before the first is set */
static inline uint32_t
rcpt_key(const struct schedule *s, uint32_t rcpt)
{
	return rcpt < s->cap_key ? s->key[rcpt] : SCHEDULE_NONE;
}
/* of a recipient that has none; 0, -1 without memory */
int rcpt_key_set(struct schedule *, uint32_t rcpt, uint32_t key);
/* the key of a lane; SCHEDULE_NONE: it has none */
static inline uint32_t
lane_key(const struct schedule *s, uint32_t lane)
{
	return s->lane[lane].key != SCHEDULE_NONE ? s->lane[lane].key
						  : s->lane[lane].whole;
}
/* a lane that takes no turns stands in the round of its key, first: its turn
 * is next there; 0, -1 without memory */
int key_park(struct schedule *, uint32_t lane, int first);
void key_unpark(struct schedule *, uint32_t lane);
/* it takes no turn for its key any more: another may */
void key_unsend(struct schedule *, uint32_t lane);
/* the next lane of a key takes turns, if it has room and none does yet */
void key_send(struct schedule *, uint32_t key, int64_t now_ms);
/* a lane has that key, of which one more refers to it; it takes turns then */
void key_whole(struct schedule *, uint32_t lane, uint32_t key);
/* a lane has none as a whole any more */
void key_whole_put(struct schedule *, uint32_t lane);
/* a recipient waits for none any more */
void key_put(struct schedule *, uint32_t rcpt);

/* sites */

/* of a name, with one more that refers to it; SCHEDULE_NONE without memory */
uint32_t site_get(struct schedule *, const char *name, size_t n);
/* that of a domain, one of its own if none was learned; SCHEDULE_NONE without
 * memory */
uint32_t site_of_domain(struct schedule *, uint32_t domain);
/* one that refers to it less */
void site_put(struct schedule *, uint32_t site);
/* one in the chain has left its place there, or where it was counted since */
void site_left(struct schedule *, uint32_t site);
/* it waits for no time */
void site_forget_time(struct schedule *, struct schedule_site *);
/* it may have more, if somebody waits there: schedule_look() will see */
void site_look_later(struct schedule *, uint32_t site);
void site_unlist(struct schedule *, uint32_t site);
/* the time until which it was held is over, and it is not in the heap */
void site_due(struct schedule *, uint32_t site, int64_t now_ms);
/* how many more may go there */
static inline uint32_t
site_allowance(const struct schedule *s, uint32_t site, int64_t now_ms)
{
	const struct schedule_site *t = &s->site[site];
	uint32_t max =
	    s->window > s->out ? SCHEDULE_SHARE * (s->window - s->out) : 0;

	if (now_ms < t->until_ms && t->room < max)
		max = t->room;
	if (t->probes > 0 && t->probes < max)
		max = t->probes;
	return max > t->out ? max - t->out : 0;
}
/* a lane that is in no ring waits at its domain's site for room; last: behind
 * all, urgent or not */
void site_park(struct schedule *, uint32_t lane, int last);
/* and waits no more */
void site_unpark(struct schedule *, uint32_t site, uint32_t lane);

/*
 * due: a heap of the numbers of recipients, by due_ms, and of sites with
 * DUE_SITE, by until_ms.  Each knows its place there, rcpt.a and site.place.
 */
enum { DUE_SITE = 0x80000000 };

/* 0, -1 without memory; after due_remove() there is room for one */
int due_add(struct schedule *, uint32_t e);
void due_remove(struct schedule *, uint32_t place);
/* who stands at a place below due.n; the first one is at 0 */
static inline uint32_t
due_at(const struct schedule *s, uint32_t place)
{
	return ((const uint32_t *)s->due.item)[place];
}
/* that of e, milliseconds */
int64_t due_of(const struct schedule *, uint32_t e);
/* is e due before another?  At one time recipients of a message in order */
int due_before(const struct schedule *, uint32_t e, uint32_t other);

#endif
