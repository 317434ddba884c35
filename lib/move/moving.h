#ifndef MOVE_MOVING_H
#define MOVE_MOVING_H

#include "base/buf.h"
#include "queue/ctlrequest.h"
#include "queue/name.h"
#include <stdint.h>

/*
 * Recipients that are on their way to another queue: a list in memory, and the
 * file QUEUE/moving with those that were held for it, a line each:
 *
 *   ID N NEXT
 *
 * NEXT is when they were to be tried, seconds since 1970, 0: at once.
 */
struct moving_rcpt {
	char id[NAME_LEN];
	uint32_t n;
	int64_t next;
	unsigned held : 1, /* it was before, and stays so */
	    out : 1,       /* in the chain */
	    done : 1;
};

struct moving {
	struct buf list; /* struct moving_rcpt */
};

static inline struct moving_rcpt *
moving_list(const struct moving *m, size_t *n)
{
	*n = buf_len(&m->list) / sizeof(struct moving_rcpt);
	return (struct moving_rcpt *)(void *)buf_data(&m->list);
}

/* one more; 0, or -1 with ENOMEM */
int moving_add(struct moving *, const char *id, uint32_t n, int64_t next);
/* by id and number, each once */
void moving_sort(struct moving *);
/* in a sorted one; NULL: it is not there */
struct moving_rcpt *moving_find(const struct moving *, const char *id,
    uint32_t n);
void moving_free(struct moving *);

/* its lines, appended; 0, or -1 with ENOMEM */
int moving_write(const struct moving *, struct buf *);
/* lines as they stand in the file, sorted then; what is cut or none is passed
 * over.  0, or -1 with ENOMEM */
int moving_read(struct moving *, const char *p, size_t n);
/*
 * moving_receipts - lines of queue-import: OLD NEW NUMBERS [before]
 *
 * The recipients of OLD are added, sorted then.  Returns 0, or the number of
 * the first line that is none; -1 with ENOMEM.
 */
long moving_receipts(struct moving *, const char *p, size_t n);
/*
 * moving_orders - what to ask queue-run for, so that all that are not done are
 * meant and nobody else
 *
 * each  is called with requests that have ids and numbers set; it must not
 *       change them
 *
 * 0, or -1 with ENOMEM.
 */
int moving_orders(const struct moving *, enum ctlrequest_verb,
    void (*each)(void *, struct ctlrequest *, size_t ids), void *arg);

#endif
