#ifndef FEED_FEEDRUN_H
#define FEED_FEEDRUN_H

#include "feed/feedbook.h"
#include "feed/feedletter.h"
#include "feed/feedmail.h"

/*
 * Messages of a stream that are on their way: each goes into the chain, what
 * became of it is told, and the book says how far all before it are done.  In
 * the event loop; what cannot be gone on with ends the program.
 */
enum {
	FEEDRUN_CONNECTIONS = 16, /* to a socket: each has one under way */
	FEEDRUN_AGAIN_MS = 200,   /* where nobody takes it */
	FEEDRUN_AGAIN_FOR_MS = 5000
};

/* all zero but for the public members; stays where it is */
struct feedrun {
	/* public: as wanted */
	struct feedmail mail; /* from whom and to whom all are */
	struct feedletter_by by;
	struct feedbook book; /* fd -1: none */
	const char *book_path, *tmp;
	unsigned quiet : 1; /* no lines of what became of them */
	/* public: the receipt of one that is told to the stream, once; or NULL */
	void (*answered)(void *arg, enum receipt_kind, const char *, size_t);
	void *arg;
	/* public: what is to be written to descriptor 1 */
	struct buf out;
	/* public: where the message begins that comes; its envelope lines */
	uint64_t at;
	struct buf env;
	uint64_t count;                  /* messages so far */
	unsigned refused : 1, later : 1; /* some were */
	/* private */
	unsigned stuck : 1; /* one that is not done stays before the others */
	struct handover chain;
	struct feedletter *first, **last; /* in the order of the stream */
	unsigned under_way;
	struct handover_item *waiting, **last_waiting; /* for who takes them */
	struct loop_timer again;
	int waited_ms;
};

/* argv: the chain, as spawn_next() */
void feedrun_start(struct feedrun *, char *const argv[]);
/* how many are not answered; those that wait for who takes them count */
unsigned feedrun_open(const struct feedrun *);
struct feedletter *feedrun_letter(const struct feedrun *);
/*
 * feedrun_hand_in - a message that is whole, with its envelope in r->env
 *
 * why  there is none, or it is not to be; NULL
 * i    its number among those that begin at r->at
 * end  where what follows begins
 */
void feedrun_hand_in(struct feedrun *, struct feedletter *, const char *why,
    unsigned i, uint64_t end);
/* the message, or a recipient of it, that comes is refused */
void feedrun_refuse(struct feedrun *, const char *why);
/* what is done at the front is done for good */
void feedrun_settle(struct feedrun *);

#endif
