#ifndef RECV_INCOMING_H
#define RECV_INCOMING_H

#include "accept/acceptclient.h"
#include "base/spool.h"
#include "chain/handover.h"
#include "mail/received.h"
#include "recv/party.h"

/*
 * A message while it is being received: envelope, and content in memory
 * when small or in an unlinked file when large, so that it is whole before
 * anything of it goes down the chain.
 */
enum {
	INCOMING_MEMORY_MAX =
	    65536, /* content of more than this is in a file */
	INCOMING_ENVELOPE_MAX = PARCEL_ENVELOPE_MAX - 65536
};

/* what all letters share, recv/share.h: of what SHARE_MEMORY does not give
 * them content goes to files and recipients are put off; what SHARE_FILES
 * does not give is not kept */
struct incoming_store {
	struct share share;
	struct parties parties;
	const char *dir; /* for those files */
};

struct incoming {
	struct handover_item item; /* first; its message once that is whole */
	struct spool content;
	struct incoming_store *store;
	struct party *party; /* whose it is; NULL: there is but one */
	void *owner;         /* NULL: nobody waits for the receipt any more */
	int64_t since_ms;    /* set by the owner: when it began to come */
	size_t charged;      /* bytes of memory */
	struct hops hops;
	size_t begin;         /* where the content begins in the text */
	unsigned eight : 1;   /* has bytes above 127 */
	unsigned unsure : 1;  /* it has begun, and how is not known yet */
	unsigned clean : 1;   /* set by the owner: each NUL becomes a blank */
	unsigned nul : 1;     /* one has come */
	unsigned failed : 1;  /* content could not be kept, and is not */
	signed char priority; /* set by the owner: what of it was granted */
	/* what it is allowed of limits, recv/acceptask.h; NULL: nobody is asked */
	struct accepthold *hold;
	uint64_t declared; /* set by the owner: bytes, 0: not said */
	uint64_t bytes;    /* when it is whole, as are its recipients */
	uint32_t rcpts;
};

/* one of that party; NULL: out of memory */
struct incoming *incoming_new(struct incoming_store *, struct party *);
void incoming_free(struct incoming *);
/* as parcel_put, an envelope line; -1 also when there is no memory for it */
int incoming_line(struct incoming *, const char *key, const char *value,
    size_t n);
/* is there such a line? */
int incoming_has(const struct incoming *, const char *key);
/* fields of our own in front of it */
void incoming_front(struct incoming *, const char *, size_t n);
/* no recipients any more */
void incoming_no_rcpts(struct incoming *);
/* each recipient stays once, with what came with it first; 0, or -1 with
 * ENOMEM */
int incoming_once(struct incoming *);
/* the sender, in place: what stands in the first line; "" when there is none */
struct slice incoming_sender(const struct incoming *);
/* it is whole: how much of limits it uses, should it be accepted */
void incoming_reckon(struct incoming *);
/* it was, and was not there before: that is counted */
void incoming_counted(struct incoming *);
/* content, decoded; failure is noted, incoming_whole() tells.  What does not
 * begin with a field gets an empty line before it, mail/header.h */
void incoming_add(struct incoming *, const char *, size_t n);
/* forget the content that came so far; there will be no message */
void incoming_drop(struct incoming *);
/* all content is there, and becomes the item's; 0, or -1 when it could not be
 * kept */
int incoming_whole(struct incoming *);
/* then: other bytes for the first n of the item's text; 0, or -1: nothing was
 * changed */
int incoming_set_head(struct incoming *, size_t n, const struct buf *);

#endif
