#ifndef QUEUE_IDEMSTORE_H
#define QUEUE_IDEMSTORE_H

#include "queue/commit.h"
#include "queue/idemtable.h"
#include <stdint.h>

/*
 * The keys of a queue on disk: QUEUE/keys, written by all who put messages
 * into the queue, one at a time.
 *
 *   idemstore_begin  the lock, and what others have written meanwhile
 *   idemstore_find   is the key known?  Then its message has its answer
 *   idemstore_note   it will be, with this id; before the file has its name
 *   idemstore_sync   before the sync of the messages
 *   idemstore_end    they are safe, or none of them is there; unlocks
 *
 * What stands in the journal without a mark behind it, after a death between
 * the two, is looked for in the queue and in its done-journal (doc/QUEUE.md),
 * and then marked.
 */
enum {
	IDEM_LIFETIME_S = 24 * 3600, /* for which a key is kept */
	IDEM_KEYS_MAX = 2000000, /* of the queue; more push out the oldest */
	IDEM_SEGMENT_BYTES = 16 << 20,
	IDEM_SEGMENT_S = 3600, /* then the next begins */
	IDEM_LOCK_MS = 1000    /* for another process that holds it */
};

struct idemstore_segment {
	uint32_t number;
	int64_t first_us, last_us; /* times of its keys; 0: it has none */
};

struct idemstore_pending {
	struct idem_key key;
	char id[NAME_LEN];
};

struct idemstore {
	uint32_t max;       /* keys */
	int64_t lifetime_s; /* at least so long */
	/* private */
	int root, dir, lock, fd; /* the queue; its keys; the newest segment */
	struct idemtable table;
	struct idemstore_segment *segment; /* oldest first */
	uint32_t n_segments, cap;
	uint64_t at; /* bytes read of the newest segment */
	struct idemstore_pending pending[COMMIT_FILES_MAX];
	unsigned n_pending;  /* behind the last mark */
	unsigned noted;      /* by us, in this batch */
	uint64_t told;       /* of table.pushed_out, said to the caller */
	unsigned held : 1;   /* the lock, by us */
	unsigned loaded : 1; /* all segments have been read */
	unsigned fresh : 1;  /* a name in the folder is not yet safe */
	/* one that is void is not marked so: the batch is not, either */
	unsigned unmarked : 1;
};

/* root: the queue's folder, kept open by the caller.  Touches nothing yet */
void idemstore_init(struct idemstore *, int root);
/*
 * idemstore_settle - after a start
 *
 * If somebody has died in the middle, what he left is looked into now, while it
 * is easy to tell.  0, or -1 with errno.
 */
int idemstore_settle(struct idemstore *);
/* 0, or -1 with errno: ETIMEDOUT, another one holds the lock.  Nothing where
 * it has begun */
int idemstore_begin(struct idemstore *);

enum idemstore_answer {
	IDEMSTORE_ERROR = -1, /* with errno */
	IDEMSTORE_NEW,
	IDEMSTORE_REPEATED, /* id is filled in, and the message in the queue, or
			     * in this batch */
	IDEMSTORE_OTHER     /* the same, but something else was asked for */
};

enum idemstore_answer idemstore_find(struct idemstore *,
    const struct idem_key *, char id[NAME_LEN + 1]);
/* 0, or -1 with errno */
int idemstore_note(struct idemstore *, const struct idem_key *, const char *id);
/* what was noted last did not get into the queue */
void idemstore_void(struct idemstore *);
/* 0, or -1 with errno: nothing noted may be told as safe */
int idemstore_sync(struct idemstore *);
/* in_queue: 1, the messages noted are safe; 0, none of them is there.  Nothing
 * where it has not begun */
void idemstore_end(struct idemstore *, int in_queue);
/* keys that were pushed out by newer ones since this was last asked */
uint64_t idemstore_pushed_out(struct idemstore *);

#endif
