#ifndef MOVE_MOVEAWAY_H
#define MOVE_MOVEAWAY_H

#include "move/moveout.h"
#include "move/moving.h"
#include "queue/ask.h"

/*
 * Mail that goes to another queue, for queue-export: held by queue-run before
 * it is written, and deleted when the other side has it.  QUEUE/moving says
 * who is held for that and nothing else.  It ends the program when it cannot go
 * on.
 */
enum {
	MOVEAWAY_LOCK_MS = 60000, /* to wait for another one in this queue */
	MOVEAWAY_AGAIN_MS = 200   /* between two looks at who is in the chain */
};

struct moveaway {
	int root;
	struct ask queue_run;
	struct moving list; /* who goes; in their order */
	struct moving was;  /* QUEUE/moving as it was found */
	struct ask_end sum; /* of all orders */
	uint64_t out;       /* still in the chain, and left where they are */
};

/* there must be a queue-run */
void moveaway_open(struct moveaway *, const char *queue);
/* one who is to go, as he was found, in their order */
void moveaway_add(struct moveaway *, const struct walkrcpt *);
/*
 * moveaway_write - all of them are held, and written to *o
 *
 * wait_s  seconds to wait for those that are in the chain
 */
void moveaway_write(struct moveaway *, const char *queue, struct moveout *o,
    unsigned wait_s);
/* receipts of queue-import, n bytes: who stands there is deleted.  The number
 * of the first line that is no receipt, or 0 */
long moveaway_delete(struct moveaway *, const char *queue, const char *p,
    size_t n);
/* all that were held for this are released */
void moveaway_release(struct moveaway *);

#endif
