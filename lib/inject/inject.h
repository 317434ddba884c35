#ifndef INJECT_INJECT_H
#define INJECT_INJECT_H

#include "chain/acceptor.h"
#include "chain/wire.h"
#include "queue/intake.h"
#include <sys/types.h>

/*
 * The parts of queue-inject, over one structure:
 *
 *   batch   sync, log, receipts, FIFO, in this order
 *   conn    streams of parcels: descriptors 0 and 1, or connections
 *
 * conn calls batch, which knows nothing of streams but where receipts go.
 * What has arrived when the event loop would wait is one batch.  While
 * much keeps arriving it goes on reading, for GATHER_MS at most.
 */
enum {
	INJECT_CONNS_MAX = 1000,        /* connections in all */
	INJECT_CONNS_OURS = 100,        /* of them, for trusted users alone */
	INJECT_CONNS_STRANGER_MAX = 20, /* of one user that is not trusted */
	INJECT_TRUSTED_MAX = 16,        /* users that are, besides us */
	INJECT_HELD_MAX = 256 << 20,    /* bytes read and not yet whole */
	INJECT_HELD_OURS = 64 << 20,    /* of them, for trusted users alone */
	INJECT_TICK_MS = 30000,
	INJECT_STALL_TICKS = 20,        /* no byte in mid-parcel: the end */
	INJECT_GATHER_BYTES = 32 << 10, /* in one round: then another, */
	INJECT_GATHER_MS = 20,          /* at most so long, before the sync */
	INJECT_PIPE_SIZE = 256 << 10,
	INJECT_PUSHED_OUT_MS =
	    3600000, /* keys forgotten early: said so often */
	INJECT_RECORD_MAX = PARCEL_ENVELOPE_MAX + 2 * WIRE_READ
};

struct inject;

struct inject_conn {
	struct wire wire;
	struct intake_stream stream;
	struct inject *inject;
	struct inject_conn *next;
	size_t held;
	unsigned tick; /* when the last byte came */
	unsigned closing : 1, dead : 1;
};

struct inject {
	struct intake in;
	uid_t trusted[INJECT_TRUSTED_MAX];
	unsigned n_trusted;
	int status; /* to exit with */
	/* private: batch */
	struct buf ids;   /* lines for the FIFO */
	int fifo;         /* -1: not open */
	int64_t batch_ms; /* when the first of the batch came */
	uint64_t gathered;
	uint64_t pushed_out; /* keys, not yet told of */
	int64_t pushed_ms;   /* when they were last */
	unsigned serving : 1, ending : 1;
	void (*settled)(struct inject *); /* all is done for now; or NULL */
	struct loop_timer kick;           /* active: the batch is not empty */
	struct loop_hook hook;
	/* private: conn */
	struct inject_conn *conns;
	unsigned n_conns, tick;
	size_t held;
	struct acceptors acceptors;
	struct loop_timer tick_timer;
	struct loop_signal sigterm;
};

/*
 * inject_start - after commit_open(), before anything else is started
 * The structure, all zero before, must live until the program ends.
 */
void inject_start(struct inject *);
/* parcels on descriptor 0, receipts on 1, until they end */
void inject_chain(struct inject *);
/*
 * connections of a listening socket, until SIGTERM; everybody in them has
 * a uid, and only trusted ones may say all lines
 */
void inject_serve(struct inject *, int listen_fd);

/* between the parts */
void inject_commit(struct inject *);   /* the batch, receipts unsent */
void inject_arrived(struct inject *);  /* something joined the batch */
void inject_before_wait(void *inject); /* all that is to be done */
void inject_tell(struct inject *);     /* queue-run */

#endif
