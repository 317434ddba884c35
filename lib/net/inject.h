#ifndef NET_INJECT_H
#define NET_INJECT_H

#include "net/handover.h"

/*
 * Hand mail that a program makes itself (reports, forwarded mail) to a
 * receiving chain from within an event loop.  The chain is started, or its
 * socket dialled, when the first parcel comes, and again after it died.
 *
 * A parcel's message is `before`, then a part of a file, then `after`; the
 * file is read piece by piece as the chain takes it.
 */
enum {
	INJECT_WAITING_MAX = 500,  /* parcels without receipt: full */
	INJECT_TIMEOUT_MS = 300000 /* without any receipt while some are owed */
};

struct inject;

struct inject_parcel {
	struct handover_item item; /* first; env, text and after are filled
				    * by the caller, the rest by inject */
	const char *path;          /* NULL: no file */
	uint64_t off, len;         /* the part */
	/* the receipt: text is in printable ASCII and not terminated.
	 * RECEIPT_TEMP also when the chain died: it may have the parcel */
	void (*done)(void *arg, enum receipt_kind, const char *text,
	    size_t len);
	void *arg;
	struct inject *owner;
};

struct inject {
	struct handover chain;
	struct loop_timer deadline;
};

/* argv as spawn_next, must live as long; nothing is started yet */
void inject_init(struct inject *, char *const argv[]);
/*
 * Hand over a parcel.  p is allocated, all zero but for what is filled in;
 * it and its buffers now belong to inject and are freed after done(), which
 * is called from in here when no chain can be started.  path need not live
 * longer than the call.
 */
void inject_send(struct inject *, struct inject_parcel *p);
static inline int
inject_full(const struct inject *i)
{
	return i->chain.n >= INJECT_WAITING_MAX;
}
static inline int
inject_idle(const struct inject *i)
{
	return i->chain.n == 0;
}
/* close the chain; what has no receipt is answered RECEIPT_TEMP */
void inject_close(struct inject *);

#endif
