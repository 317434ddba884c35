#ifndef MOVE_MOVEIN_H
#define MOVE_MOVEIN_H

#include "move/movestream.h"
#include "move/taken.h"
#include "queue/commit.h"

/*
 * A stream of messages, from descriptor 0, into a queue; receipts on
 * descriptor 1, when what they name is safe.  It ends the program when it cannot
 * go on.
 *
 *   the file of a message in QUEUE/tmp, written
 *   a sync for the batch
 *   a line for each in QUEUE/imported, and a sync
 *   its name in mess, and a sync of that folder
 *   the event accepted, the receipt, queue-run's FIFO
 */
enum {
	MOVEIN_LOCK_MS = 60000, /* to wait for another one in this queue */
	MOVEIN_READ = 65536,    /* bytes at a time */
	MOVEIN_BATCH_BYTES = 64 << 20 /* of messages and envelopes of a batch */
};

struct movein {
	/* set before, with the reserves of commit behind movein_open() */
	uint64_t size_max, rcpts_max; /* of a message */
	int test;                     /* queue-import -t */
	struct commit commit;
	/* to be read */
	int refused; /* something of the stream was not taken, and never is */
	int cut;     /* its end is missing */
	/* internal */
	struct taken taken;
	struct movestream stream;
	struct commit_file file; /* of the message that is under way */
	int writing;             /* 0: it is passed over */
	uint32_t sum;
	int rcpts;
	struct buf head, env;
	struct ranges numbers, out; /* of its recipients: taken now, before */
	struct buf batch;           /* struct movein_item */
	uint64_t batch_bytes;
	struct buf receipts, ids;
	int fifo;
};

void movein_open(struct movein *, const char *queue);
/* all of descriptor 0 */
void movein_run(struct movein *);

#endif
