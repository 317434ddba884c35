#ifndef STAGE_STAGEPART_H
#define STAGE_STAGEPART_H

#include "base/spool.h"
#include "stage/stage.h"

/* What the files of a stage share; nobody else includes it. */

/* the way of a parcel: from left to right */
enum stage_at {
	STAGE_READING, /* it comes */
	STAGE_WORK,    /* whole; the program has it */
	STAGE_PASSED,  /* may go down */
	STAGE_SENT,    /* has gone down; a receipt will come */
	STAGE_ANSWERED /* its receipt may go up when it is its turn */
};

struct stage_private {
	struct stage_parcel p;
	struct stage *stage;
	enum stage_at at;
	struct stage_private *next;      /* in order of arrival */
	struct stage_private *next_down; /* in order of stage_pass() */
	struct spool body;  /* alone: as it came, the empty line first */
	struct spool other; /* stage_replace(): the whole message */
	struct buf receipt;
	uint64_t written; /* of the body, downwards */
	size_t charged;   /* bytes of memory counted for it */
	unsigned bol : 1; /* in the header: at the beginning of a line */
	unsigned in_body : 1, wants_body : 1, replaced : 1, begun : 1;
	unsigned front_ended : 1;
};

/* where files for large bodies go */
void stage_find_dir(struct stage *);

/* a message of this stage, to be given to stage_free(); never NULL: the
 * program ends when memory is out */
struct stage_private *stage_new(struct stage *);
void stage_free(struct stage_private *);
/* the next bytes of a message, LF line ends: cut into header and body.
 * Returns 1 when the body has begun in there: *rest is its first byte */
int stage_header(struct stage_private *, const char *p, size_t n,
    const char **rest);
/* the header is over */
void stage_begin(struct stage_private *);

#endif
