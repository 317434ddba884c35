#ifndef SEND_BODY_H
#define SEND_BODY_H

#include "base/buf.h"
#include "send/job.h"
#include "smtp/chunkout.h"
#include "smtp/dotout.h"
#include <stdint.h>

/*
 * A message on its way from its file to a server: read and encoded a chunk
 * at a time.  Of a chunk that is only partly taken the place is kept, and
 * the chunk is read and encoded again: no connection holds a large buffer
 * while it waits.
 */
enum {
	SENDBODY_CHUNK = 65536, /* bytes of a file read at a time; a BDAT */
	SENDBODY_FILES = 128,   /* messages kept open while sent */
	SENDBODY_BDAT = 40      /* room for the line before it */
};

/* what the bodies of one owner share */
struct sendbody_share {
	char *chunk;  /* room for SENDBODY_CHUNK bytes */
	size_t files; /* that are open now */
};

/* file -1, all else zero: no message */
struct sendbody {
	uint64_t pos;         /* bytes of the message before this chunk */
	uint32_t n;           /* bytes of the message in this chunk */
	uint32_t skip;        /* bytes of it, encoded, that are taken */
	int file;             /* -1: not open */
	struct dotout at, to; /* where the chunk begins and ends */
	/* as BDAT: the same, and the length of all of it, encoded */
	struct chunkout bdat_at, bdat_to;
	uint64_t bdat_len;
	unsigned bdat : 1; /* set by the owner */
	/* the same: each chunk is a BDAT of its own, not all of it one */
	unsigned pieces : 1;
	unsigned told : 1; /* the owner's: this chunk was begun */
};

/*
 * sendbody_load - this chunk as it goes over the wire
 *
 * out  receives what is not taken of it yet, in place of what it holds;
 *      the end of the message with the lone dot stands behind the last; with
 *      bdat "BDAT n LAST" before the first, and no dot; with pieces, too, "BDAT n"
 *      before each, with LAST the last
 *
 * Returns 1 when the chunk is the last, 0 when not, -1 with errno when the
 * file is no good.  Ends the program when there is no memory.
 */
int sendbody_load(struct sendbody *, struct sendbody_share *,
    const struct sendtxn *, struct buf *out);
/* n bytes of it are taken: the rest will be loaded again */
void sendbody_part(struct sendbody *, struct sendbody_share *, size_t n);
/* all of it is: the next chunk, or the next message, may follow */
void sendbody_next(struct sendbody *, int last);
/* the file */
void sendbody_close(struct sendbody *, struct sendbody_share *);
/*
 * can the message go without SMTPUTF8 if its addresses can?
 *
 * Many clients ask for SMTPUTF8 whenever it is offered.  Only 8-bit bytes in
 * addresses or the header need it (RFC 6531 section 3.2); a header longer
 * than a chunk counts as such.  1, 0, or -1 with errno when the file is no good.
 */
int sendbody_plain_header(struct sendbody *, struct sendbody_share *,
    const struct sendtxn *);

#endif
