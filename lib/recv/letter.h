#ifndef RECV_LETTER_H
#define RECV_LETTER_H

#include "chain/handover.h"
#include "mail/received.h"
#include "recv/party.h"

/*
 * A message while it is being received: envelope, and content in memory
 * when small or in an unlinked file when large, so that it is whole before
 * anything of it goes down the chain.
 */
enum {
	LETTER_MEMORY_MAX = 65536, /* content of more than this is in a file */
	LETTER_ENVELOPE_MAX = PARCEL_ENVELOPE_MAX - 65536
};

/* what all letters share, recv/share.h: of what SHARE_MEMORY does not give
 * them content goes to files and recipients are put off; what SHARE_FILES
 * does not give is not kept */
struct letter_store {
	struct share share;
	struct parties parties;
	const char *dir; /* for those files */
};

struct letter {
	struct handover_item item; /* first */
	struct letter_store *store;
	struct party *party; /* whose it is; NULL: there is but one */
	void *owner; /* NULL: nobody waits for the receipt any more */
	size_t charged; /* bytes of memory */
	uint64_t filed; /* of a file */
	struct hops hops;
	size_t begin; /* where the content begins in the text */
	unsigned eight : 1; /* has bytes above 127 */
	unsigned unsure : 1; /* it has begun, and how is not known yet */
	unsigned clean : 1; /* set by the owner: each NUL becomes a blank */
	unsigned nul : 1; /* one has come */
	unsigned failed : 1; /* content could not be kept, and is not */
};

/* one of that party; NULL: out of memory */
struct letter *letter_new(struct letter_store *, struct party *);
void letter_free(struct letter *);
/* as parcel_put, an envelope line; -1 also when there is no memory for it */
int letter_line(struct letter *, const char *key, const char *value,
    size_t n);
/* fields of our own in front of it */
void letter_front(struct letter *, const char *, size_t n);
/* each recipient stays once, with what came with it first; 0, or -1 with
 * ENOMEM */
int letter_once(struct letter *);
/* content, decoded; failure is noted, letter_whole() tells.  What does not
 * begin with a field gets an empty line before it, mail/header.h */
void letter_add(struct letter *, const char *, size_t n);
/* forget the content that came so far; there will be no message */
void letter_drop(struct letter *);
/* other bytes for the first n of what is in memory; 0, or -1: nothing was
 * changed */
int letter_set_head(struct letter *, size_t n, const struct buf *);
/* all content is there; 0, or -1 when it could not be kept */
int letter_whole(struct letter *);

#endif
