#ifndef NET_INJECT_H
#define NET_INJECT_H

#include "base/buf.h"
#include "net/wire.h"
#include "proto/parcel.h"
#include <sys/types.h>

/*
 * Hand parcels to a receiving chain from within an event loop, for
 * programs that make mail themselves (bounces, forwarded mail).  The chain
 * is started, or its socket dialled, when the first parcel comes, and
 * again after it died: whoever hands over lives on and hears RECEIPT_TEMP.
 *
 * A parcel's message is `before`, then a part of a file, then `after`; the
 * file is read piece by piece as the chain takes it.
 */
enum {
	INJECT_WAITING_MAX = 1000, /* parcels without receipt: full */
	INJECT_READ = 32768,       /* bytes of a file at a time */
	INJECT_TIMEOUT_MS = 300000 /* without any receipt while some are owed */
};

struct inject_parcel {
	struct buf env;    /* envelope lines, without the empty line */
	struct buf before; /* what stands before the part of the file */
	char *path;        /* allocated; NULL: no file */
	uint64_t off, len; /* the part */
	struct buf after;
	/* the receipt: text is in printable ASCII and not terminated.
	 * RECEIPT_TEMP also when the chain died: it may have the parcel */
	void (*done)(void *arg, enum receipt_kind, const char *text,
	    size_t len);
	void *arg;
	struct inject_parcel *next;
};

struct inject {
	char *const *argv; /* as spawn_next */
	struct wire wire;
	struct loop_timer deadline;
	pid_t pid, old;
	int up, fd;
	uint64_t at, left; /* of the file of the parcel being written */
	unsigned n;        /* parcels without receipt */
	struct inject_parcel *first, **last, *sending;
};

/* argv must live as long; nothing is started yet */
void inject_init(struct inject *, char *const argv[]);
/*
 * Hand over a parcel.  p is allocated, as all it holds; all of it now
 * belongs to inject and is freed after done(), which may be called from
 * in here when the chain cannot be started.
 */
void inject_send(struct inject *, struct inject_parcel *p);
static inline int
inject_full(const struct inject *i)
{
	return i->n >= INJECT_WAITING_MAX;
}
/* close the chain; what has no receipt is answered RECEIPT_TEMP */
void inject_close(struct inject *);

#endif
