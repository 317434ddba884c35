#ifndef RUN_ORDERS_H
#define RUN_ORDERS_H

#include "base/loop.h"
#include "queue/ctlrequest.h"
#include "queue/jobhead.h"
#include <stddef.h>
#include <stdint.h>

struct run;

/*
 * Orders that stand, queue-ctl(8): suspend and bounce for mail that comes,
 * rebind for what is queued.  They are in QUEUE/orders, one a line: a request
 * as ctlrequest.h has it, and
 *
 *   number:N since:TIME until:TIME by:UID user:NAME
 *
 * (until only with an end).  QUEUE/suspended, which was before it, has a domain
 * a line.
 *
 *   orders      the list, its ends by time
 *   orderfile   as it is kept
 *   ordermatch  which of them hold for a recipient
 */
enum {
	ORDERS_MAX = 1000,
	ORDERS_SLOTS = 8191,     /* marks, in schedule.order; 0: none */
	ORDERS_USER_MAX = 64,    /* bytes of a user's name */
	ORDERS_LOOK_MS = 60000,  /* the clock is looked at so often */
	ORDERS_AGAIN_S = 3600,   /* what is suspended is looked at again */
	ORDERS_LABELS_MAX = 4096 /* bytes of conditions for route */
};

struct order {
	struct ctlrequest req;
	struct buf words; /* its selectors, ctlrequest_words() */
	uint64_t number;
	int64_t since_ms, until_s; /* since 1970; 0: until it is ended */
	uint32_t by;
	char user[ORDERS_USER_MAX + 1];
	uint32_t domain; /* hash of the one domain that it is for, 0: else */
	uint16_t slot;   /* its mark, never that of another one that stands */
	uint8_t head;    /* heads of messages have to be read for it */
	uint8_t below;   /* route knows the rest */
};

struct orders {
	struct order *one[ORDERS_MAX]; /* by number */
	unsigned n;
	/* how many of them suspend by what stands in a head, return, and have
	 * something to say to route: most are none of these */
	unsigned heads, returns, labels;
	uint64_t last; /* number */
	uint16_t slot; /* that was given last */
	uint8_t again; /* each was given once */
	struct loop_timer timer;
	int64_t seen_ms; /* it was looked whether what is rebound is gone */
};

/* the list */

void orders_start(struct run *);
/*
 * orders_add - one more, in place of one of the same verb and selectors
 *
 * user  its name, for people
 *
 * Returns what is its, or NULL: nothing has changed; with errno, ENOSPC: there
 * are too many, EMSGSIZE: it is too long.
 */
const struct order *orders_add(struct run *, const struct ctlrequest *,
    uint32_t by, const char *user);
/* is it one that a request to resume or to rebind no more means? */
int orders_means(const struct ctlrequest *, const struct order *);
/* end those that it means; 0, or -1 with errno: nothing has changed */
int orders_end(struct run *, const struct ctlrequest *, uint32_t by,
    const char *user);
/* count them anew, by what they do */
void orders_count(struct run *);
/* whose mark it is, NULL: nobody's any more */
const struct order *orders_of(const struct run *, unsigned slot);

/* as it is kept */

/* the line of one; 0, or -1 without memory */
int orderfile_put(const struct order *, struct buf *);
/* one of a line, NULL: errno EINVAL, ENOMEM.  To be given to orderfile_free() */
struct order *orderfile_line(const char *line, size_t n);
void orderfile_free(struct order *);
/* all, in place of what was there, safe; 0, or -1 with errno */
int orderfile_store(const struct run *);
/* into an empty list; dies when it cannot be read */
void orderfile_load(struct run *);

/* which hold; k NULL: of those for which no head is needed */

/* what suspends a recipient, NULL: nothing */
const struct order *ordermatch_keeps(const struct run *, uint32_t rcpt,
    const struct jobhead *k);
/* what has it returned */
const struct order *ordermatch_returns(const struct run *, uint32_t rcpt,
    const struct jobhead *k);
/* labels into the job that ends b: what rebind sets, and what route has to
 * look at; 0, or -1 without memory */
int ordermatch_labels(const struct run *, uint32_t rcpt,
    const struct jobhead *k, struct buf *b);
/* when a recipient that it keeps is looked at again, ms since 1970 */
int64_t ordermatch_again_ms(const struct order *, int64_t now_s);

#endif
