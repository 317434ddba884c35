#ifndef QUEUE_INTAKE_H
#define QUEUE_INTAKE_H

#include "base/buf.h"
#include "format/envcheck.h"
#include "format/parcel.h"
#include "queue/commit.h"
#include "queue/idemstore.h"
#include "queue/message.h"

/*
 * Parcels from any number of streams into the batch of a commit.  A small
 * one is taken when it is whole, with one writev from where it was read;
 * a large one goes to its file as it comes.  What has become of each
 * stands in `done`, in the order in which they ended, until
 * intake_clear(); nothing may be answered before commit_sync().
 *
 * A probe, parcel(5), goes the same way up to its name: its file is written
 * and synced, and then it is gone.
 *
 * One with a key that is known (idemstore.h) is answered as the one before it
 * was, and leaves nothing.
 */
enum {
	INTAKE_SMALL = 256 << 10,      /* netstring that is waited for whole */
	INTAKE_BATCH_BYTES = 64 << 20, /* in one batch */
	INTAKE_DONE_MAX = 2 * COMMIT_FILES_MAX, /* answers in one batch */
	INTAKE_STRANGER_ENVELOPE_MAX = 1 << 20
};

struct intake_done {
	void *owner; /* of the stream; NULL: it has gone */
	enum receipt_kind kind;
	const char *text;       /* Z and D: the answer */
	char id[NAME_LEN + 1];  /* K; of a probe: that word */
	size_t env_at, env_len; /* envelope lines as kept, in intake.env */
	uint64_t size;
	unsigned rcpts;
	unsigned probe : 1;           /* nothing of it is in the queue */
	unsigned repeated : 1;        /* the id is that of the one before */
	char said[ENVCHECK_TEXT_MAX]; /* last: text, where it names a line */
};

struct intake {
	struct commit commit;
	struct idemstore keys;
	uint64_t size_max;  /* bytes of a message */
	uint64_t rcpts_max; /* recipients of a message */
	struct intake_done done[INTAKE_DONE_MAX];
	unsigned n_done;
	uint64_t bytes;         /* of messages in the batch */
	struct buf env;         /* envelopes of the batch */
	struct buf head, extra; /* of the file being made */
};

/* commit_open(), and the keys.  0, or -1 with errno */
int intake_open(struct intake *, const char *queue, enum commit_method);

struct intake_stream {
	void *owner;
	/* the peer of a socket: uid line, or trusted to set that and all
	 * others */
	unsigned has_uid : 1, stranger : 1;
	unsigned uid;
	/* private */
	enum {
		INTAKE_HEAD,
		INTAKE_ENVELOPE,
		INTAKE_BODY,
		INTAKE_SKIP,
		INTAKE_COMMA
	} state;
	uint64_t left; /* bytes of the content to come */
	size_t seen;   /* of a large parcel's envelope, searched so far */
	struct commit_file file;
	uint32_t sum;                 /* of a large parcel's file so far */
	const char *text;             /* how it will end, if not well */
	char said[ENVCHECK_TEXT_MAX]; /* that, where it names a line */
	struct buf env;               /* of a large parcel */
	uint64_t size;
	unsigned rcpts;
	unsigned probe : 1;
	unsigned keyed : 1, repeated : 1; /* it has a key, which is known */
	struct idem_key key;
	char known[NAME_LEN + 1]; /* repeated: the id that it has got */
};

/*
 * intake_feed - take what has come on a stream
 *
 * Returns the bytes used; 0 when more is needed, or the batch is full;
 * -1 when this is no parcel (the stream is of no use any more).
 */
long intake_feed(struct intake *, struct intake_stream *, const char *p,
    size_t n);
int intake_full(const struct intake *);
/* the stream has ended: what was not whole leaves nothing */
void intake_end(struct intake *, struct intake_stream *);
/* nobody is there any more to take the owner's answers */
void intake_forget(struct intake *, const void *owner);
/* is it in the middle of a parcel, n bytes of it waiting to be fed? */
int intake_midway(const struct intake_stream *, size_t n);
/*
 * intake_commit - commit_sync(), of the keys, too; when that fails every K
 * becomes a Z
 *
 * Returns as commit_sync.
 */
int intake_commit(struct intake *);
/* everything is answered */
void intake_clear(struct intake *);

#endif
