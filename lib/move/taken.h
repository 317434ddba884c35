#ifndef MOVE_TAKEN_H
#define MOVE_TAKEN_H

#include "base/buf.h"
#include "base/hashindex.h"
#include "queue/name.h"

/*
 * What queue-import has taken into a queue, so that nothing is taken twice:
 * QUEUE/imported, a line each
 *
 *   OLD NEW SECONDS NUMBERS .
 *
 * the message's id where it was, its id here, when it was taken, seconds since
 * 1970, and which of its recipients.  A line stands there, and is synced, when
 * the file of NEW is safe in QUEUE/tmp and before it gets its name in mess: so
 * after a death the file is in one of the two, or has been delivered.  The full
 * stop at the end tells a whole line from the start of one.
 */
enum {
	TAKEN_KEEP_S = 30 * 86400 /* seconds; older lines are forgotten */
};

struct taken_one {
	char old[NAME_LEN], new[NAME_LEN];
	uint32_t numbers_at, numbers_len; /* in text */
	uint32_t link;
};

/* all zero but root */
struct taken {
	int root;        /* of the queue */
	struct buf all;  /* struct taken_one */
	struct buf text; /* numbers of their recipients */
	struct hashindex by_old;
	struct buf lines; /* of those added, and not yet in the file */
	int fd;           /* the file, to append; -1: not open */
};

/* what the file says; what is too old, and what no crash left whole, is gone
 * from it then.  0, or -1 with errno */
int taken_open(struct taken *, int64_t now_s);
/* the first that was made of a message, and the next; HASHINDEX_NONE: no more */
uint32_t taken_first(const struct taken *, const char *old);
uint32_t taken_next(const struct taken *, uint32_t i, const char *old);
/* valid until one is added */
static inline const struct taken_one *
taken_get(const struct taken *t, uint32_t i)
{
	return (const struct taken_one *)(const void *)buf_data(&t->all) + i;
}
/* one more, for the next taken_sync(); 0, or -1 with ENOMEM */
int taken_add(struct taken *, const char *old, const char *new, int64_t now_s,
    const char *numbers, size_t n);
/* those that were added are in the file, durably; 0, or -1 with errno */
int taken_sync(struct taken *);

#endif
