#ifndef FEED_FEEDSOURCE_H
#define FEED_FEEDSOURCE_H

#include "feed/bsmtpin.h"
#include "feed/feedrun.h"
#include "feed/mboxin.h"

/* What a stream is made of: its bytes become messages of a feedrun. */
enum {
	FEEDSOURCE_LINE_MAX = 64 << 20, /* bytes of a line of JSON */
	FEEDSOURCE_BATCH_MAX = 1 << 30  /* of a message of a batch, line ends
					 * counted as two */
};

struct feedsource;

/* a format: the functions below */
struct feedsource_ops {
	size_t (*feed)(struct feedsource *, const char *, size_t);
	void (*end)(struct feedsource *);
};
extern const struct feedsource_ops feedsource_mbox, feedsource_batch,
    feedsource_json;

/* all zero but for the public members */
struct feedsource {
	/* public */
	const struct feedsource_ops *ops;
	struct feedrun *run;
	uint64_t began;       /* the byte with which its input begins */
	unsigned replies : 1; /* of a batch: those of a server are wanted */
	/* public, to be read */
	unsigned went : 1; /* the last bytes, or none, led to something */
	unsigned held : 1; /* nothing is to be fed before a receipt */
	/* private */
	struct feedletter *letter; /* that comes */
	struct mboxin mbox;
	struct bsmtpin batch;
	struct buf text; /* a line From of a mailbox; one of JSON */
};

/* of a batch: 0, or -1: this host's name is none */
int feedsource_init(struct feedsource *);
/* some bytes; how many were consumed */
static inline size_t
feedsource_feed(struct feedsource *s, const char *p, size_t n)
{
	return s->ops->feed(s, p, n);
}
/* there are no more */
static inline void
feedsource_end(struct feedsource *s)
{
	s->ops->end(s);
}

#endif
