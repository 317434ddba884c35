#ifndef CHAIN_HANDOVER_H
#define CHAIN_HANDOVER_H

#include "base/restart.h"
#include "chain/wire.h"
#include "format/parcel.h"
#include <sys/types.h>

/*
 * Hands parcels to a set of equal chains (the next link, run several
 * times) and brings back their receipts.  Parcels are pipelined: many are
 * on their way at once, and each chain answers in order.  A chain that
 * dies is started again, later each time it dies without having answered
 * anything; what it owed is answered with RECEIPT_TEMP, never
 * with RECEIPT_OK, and nothing is given to another chain: it may be in the
 * queue already.
 */
enum {
	HANDOVER_CHAINS_MAX = 64,
	HANDOVER_BACKOFF_MIN_MS = 100,
	HANDOVER_BACKOFF_MAX_MS = 10000,
	HANDOVER_DYING_MS = 10000, /* it reads no more: time to end */
	HANDOVER_READ = 65536      /* bytes of a file at a time */
};

/*
 * One parcel.  It belongs to the caller and must stay until done(), which
 * comes exactly once, never from within handover_put().
 */
struct handover_item {
	struct buf env;  /* envelope lines, without the empty line */
	struct buf text; /* the message, or its part before the file's */
	int fd;          /* -1, or a file with the rest */
	uint64_t file_off, file_len;
	struct buf after; /* behind the file's part; may be empty */
	/* text: without NUL at its end */
	void (*done)(struct handover_item *, enum receipt_kind,
	    const char *text, size_t n);
	struct handover_item *next;
};

struct handover;

struct handover_chain {
	struct wire wire;
	struct handover *owner;
	struct restart restart;
	struct loop_timer timer;             /* the end of a dying one */
	struct handover_item *first, **last; /* without receipt */
	struct handover_item *unsent; /* of those, the first not written */
	unsigned n;
	uint64_t file_at; /* of unsent; its head is written if begun */
	pid_t pid, old;   /* old: has hung up, not ended yet when last seen */
	unsigned up : 1, gone : 1, begun : 1;
};

/* who starts chains and ends them: as spawn_next(), with SIGKILL, and as
 * spawn_bury() */
struct handover_by {
	pid_t (*next)(char *const argv[], int *to, int *from);
	void (*kill)(pid_t);
	void (*bury)(pid_t *pid, pid_t *old);
};

struct handover {
	struct handover_chain chain[HANDOVER_CHAINS_MAX];
	unsigned n_chains;
	unsigned n; /* parcels without receipt, in all */
	char *const *argv;
	/* we by ourselves, unless another is set behind handover_init() */
	const struct handover_by *by;
	/* n has become 0, or a chain has ended; may be NULL */
	void (*changed)(void *arg);
	void *arg;
	unsigned stopping : 1;
};

/* argv as spawn_next, must live as long.  Nothing is started yet */
void handover_init(struct handover *, char *const argv[], unsigned n_chains);
/* start what does not run and is not waiting for its time; 0, or -1 with
 * errno when none could be started */
int handover_start(struct handover *);
/* 0, or -1: no chain runs, done() does not come */
int handover_put(struct handover *, struct handover_item *);
/* no more parcels: close the chains' descriptor 0 behind what was put */
void handover_close(struct handover *);
/* end all chains now: what they owe is answered with RECEIPT_TEMP */
void handover_reset(struct handover *);
/* have all chains ended? */
int handover_ended(const struct handover *);

#endif
