#ifndef ACCEPT_ACCEPTCLIENT_H
#define ACCEPT_ACCEPTCLIENT_H

#include "accept/acceptwire.h"
#include "chain/asker.h"

/*
 * Who takes mail asks accept-limit(8) at its socket: for a message and its
 * recipients, and says in the end what became of it.
 *
 * What was accepted is said until it is heard, over a restart too; so one that was
 * being counted when accept-limit died may count twice, and none gets lost but
 * those that are owed when this program ends.
 */
enum {
	ACCEPTCLIENT_OPEN_MAX = 20000, /* questions at once */
	ACCEPTCLIENT_OWED_MAX = 20000, /* messages that are to be counted */
	ACCEPTCLIENT_WAIT_MS = 10000   /* for an answer */
};

/* all zero before acceptclient_open() */
struct acceptclient {
	struct asker asker; /* first */
	struct acceptwire_answer heard;
	char *next[2];
	uint32_t txn;      /* the last */
	unsigned owed;     /* messages that are to be counted */
	unsigned lost;     /* that are not, and never will be */
	unsigned take : 1; /* what cannot be known now is taken */
};

/* what one message has in hand there, and its question, if one is open */
struct accepthold;
/* exactly once, from the event loop; NULL: it is not known.  The answer is valid
 * until this returns, and the hold may end in it */
typedef void accepthold_answered(void *arg, const struct acceptwire_answer *);

/* address: unix:PATH, or unix:PATH,unsure=take.  0, or -1 with errno */
int acceptclient_open(struct acceptclient *, const char *address);
/* for who stops: what was said before has gone, what is owed is told */
void acceptclient_close(struct acceptclient *);

/* a message of whom these values speak, which are copied; NULL: out of memory, or
 * too much is asked at once */
struct accepthold *accepthold_new(struct acceptclient *,
    const struct slice value[ACCEPTWIRE_KEYS]);
/* so many recipients more, when no other question of it is open; bytes: as far as
 * is known */
void accepthold_ask(struct accepthold *, uint32_t rcpts, uint64_t bytes,
    accepthold_answered *, void *arg);
/* it was accepted, with so much: to be counted, and the hold is gone */
void accepthold_done(struct accepthold *, uint32_t rcpts, uint64_t bytes);
/* it was not; NULL does nothing */
void accepthold_drop(struct accepthold *);

#endif
