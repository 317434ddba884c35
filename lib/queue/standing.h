#ifndef QUEUE_STANDING_H
#define QUEUE_STANDING_H

#include "queue/ask.h"
#include "queue/message.h"

/*
 * What queue-run knows of recipients beyond their files: for people's
 * programs, which ask for some messages at a time and go through their
 * recipients in order.
 */
struct standings {
	struct ask ask;
	int root;               /* the queue's folder; -1: nobody to ask */
	struct ctlrequest show; /* what is asked */
	struct buf lines;       /* the answer */
	size_t at, used; /* the line that is compared next, and its length */
	struct ltsv l;
	int hold; /* everything is held */
};

/* values point into the answer, until the next is asked for */
struct standing {
	int known;         /* 0: queue-run has not heard of it */
	const char *where; /* "waiting", "ready", "out", NULL */
	struct selector_text site, provider, class, failure, link, later;
	int64_t since, next, site_next; /* seconds, 0: none */
	uint64_t room;
	int doubt, overdue;
	int64_t suspended, suspended_until; /* the order, 0: none */
	struct selector_text reason;        /* of it */
	const char *order; /* done when it comes back: "delete", ... or NULL */
};

/* 0, or -1 with errno: there is nobody, and nothing will be known */
int standings_open(struct standings *, int root);
/* of these messages, sorted; 0, -1 with errno: queue-run went away */
int standings_ask(struct standings *, const char *ids, size_t n);
/* of one of their recipients, which come in order */
void standings_find(struct standings *, const char *id, unsigned n,
    struct standing *);

/*
 * standing_words - the same for people, in a line
 *
 * state  as file and journal have it, hold_until and next as the file does,
 *        0: none
 * out    is appended to; nothing, when there is nothing to say
 */
int standing_words(const struct standing *, enum message_state state,
    int64_t next, int64_t hold_until, int64_t now_s, struct buf *out);
/* the same as labels; 0, or -1 with ENOMEM */
int standing_labels(const struct standing *, struct buf *out);
/* s seconds: 90 -> "90s", 5400 -> "90m": two digits tell enough.  t has room
 * for size bytes, STANDING_SPAN at most; returns t */
const char *standing_span(char *t, size_t size, int64_t s);
enum { STANDING_SPAN = 24 };

#endif
