#ifndef QUEUE_IDEMTABLE_H
#define QUEUE_IDEMTABLE_H

#include "base/hashindex.h"
#include "queue/idemline.h"
#include <stdint.h>

/*
 * Where the keys of queue/idemline.h stand in their journal: for each its
 * segment and the place of its line, in the order of the lines.  24 bytes a key
 * and 4 for the index.  A ring: the oldest makes room when it is full.
 */
enum { IDEMTABLE_KEY_LEN = 12 /* of the key, to know it by */ };

struct idemtable_entry {
	unsigned char key[IDEMTABLE_KEY_LEN];
	uint32_t segment, at;
	uint32_t link;
};

struct idemtable {
	struct idemtable_entry *entry; /* max of them, touched as they come */
	uint32_t max, first, n;        /* the oldest; how many there are */
	uint64_t pushed_out;           /* by newer ones */
	struct hashindex index;
};

/* 0, or -1 with ENOMEM; max is at least 1 */
int idemtable_open(struct idemtable *, uint32_t max);
void idemtable_close(struct idemtable *);
/* 0, or -1 with ENOMEM */
int idemtable_add(struct idemtable *, const struct idem_key *, uint32_t segment,
    uint32_t at);
/*
 * idemtable_find - entries that may be those of a key, in any order
 *
 * after  NULL, or what was returned last.  NULL: there are no more
 */
const struct idemtable_entry *idemtable_find(const struct idemtable *,
    const struct idem_key *, const struct idemtable_entry *after);
/* the newest n are none after all */
void idemtable_drop(struct idemtable *, uint32_t n);
/* those of all segments up to this one are too old; segments are added in
 * rising order */
void idemtable_expire(struct idemtable *, uint32_t segment);

#endif
