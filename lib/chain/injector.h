#ifndef CHAIN_INJECTOR_H
#define CHAIN_INJECTOR_H

#include "chain/handover.h"

/*
 * Hand mail that a program makes itself (reports, forwarded mail) to a
 * receiving chain from within an event loop.  The chain is started, or its
 * socket dialled, when the first parcel comes, and again after it died.
 *
 * A parcel's message is `before`, then a part of a file, then `after`; the
 * file is read piece by piece as the chain takes it.
 */
enum {
	INJECTOR_WAITING_MAX = 500, /* parcels without receipt: full */
	INJECTOR_TIMEOUT_MS =
	    300000 /* without any receipt while some are owed */
};

struct injector;

struct injector_parcel {
	struct handover_item item; /* first; env, text and after are filled
				    * by the caller, the rest by inject */
	const char *path;          /* NULL: no file */
	uint64_t off, len;         /* the part */
	/* the receipt: text is in printable ASCII and not terminated.
	 * RECEIPT_TEMP also when the chain died: it may have the parcel */
	void (*done)(void *arg, enum receipt_kind, const char *text,
	    size_t len);
	void *arg;
	struct injector *owner;
};

struct injector {
	struct handover chain;
	struct loop_timer deadline;
};

/* argv as spawn_next, must live as long; nothing is started yet */
void injector_init(struct injector *, char *const argv[]);
/*
 * Hand over a parcel.  p is allocated, all zero but for what is filled in;
 * it and its buffers now belong to inject and are freed after done(), which
 * is called from in here when no chain can be started.  path need not live
 * longer than the call.
 */
void injector_send(struct injector *, struct injector_parcel *p);
/* is no more to be handed over now? */
static inline int
injector_full(const struct injector *i)
{
	return i->chain.n >= INJECTOR_WAITING_MAX;
}
/* has everything its receipt? */
static inline int
injector_idle(const struct injector *i)
{
	return i->chain.n == 0;
}
/* close the chain; what has no receipt is answered RECEIPT_TEMP */
void injector_close(struct injector *);

#endif
