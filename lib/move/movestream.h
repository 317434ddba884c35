#ifndef MOVE_MOVESTREAM_H
#define MOVE_MOVESTREAM_H

#include "move/moveenv.h"
#include "move/ustar.h"

/*
 * A stream of messages, queue-export(5), read from pieces of any size.  Pure.
 *
 *   ID/envelope   what moveenv.h has
 *   ID/message    the message, right behind it
 *   end           how many messages there were; then two blocks of zeros
 *
 * Members of other names are passed over, and several streams may follow each
 * other.
 *
 *   block             envelope  message of it  end     other  zeros   none
 *   BETWEEN           ENVELOPE  BROKEN         END     SKIP   -       BROKEN
 *   BETWEEN, wanted   BROKEN    TEXT           BROKEN  SKIP   BROKEN  BROKEN
 *
 * wanted: an envelope has come, and its message must follow.
 */
enum {
	MOVESTREAM_WHY_MAX = 400,
	MOVESTREAM_END_MAX = 1024 /* bytes of the member "end" */
};

enum movestream_kind {
	MOVESTREAM_MORE,    /* all was used up */
	MOVESTREAM_MESSAGE, /* a message begins: s->env says which */
	MOVESTREAM_BODY,    /* p, n: bytes of it */
	MOVESTREAM_WHOLE,   /* it has ended and is right */
	MOVESTREAM_DAMAGED, /* it, or its envelope, is not; goes on behind it */
	MOVESTREAM_BROKEN   /* nothing behind this can be read any more */
};

struct movestream_event {
	enum movestream_kind kind;
	const char *p; /* into what was fed */
	size_t n;
};

/* all zero at first */
struct movestream {
	struct moveenv env;           /* of the message that is under way */
	char why[MOVESTREAM_WHY_MAX]; /* DAMAGED, BROKEN: what, and where */
	uint64_t at;                  /* bytes that were used */
	uint64_t messages;            /* of this stream so far, damaged too */
	/* internal */
	enum {
		MOVESTREAM_BETWEEN,
		MOVESTREAM_ENVELOPE,
		MOVESTREAM_TEXT,
		MOVESTREAM_END,
		MOVESTREAM_SKIP,
		MOVESTREAM_STOPPED
	} state;
	int ended, wanted; /* "end" was the last; a message must come next */
	int bad_env;       /* the envelope before it was damaged */
	char block[USTAR_BLOCK];
	size_t have;
	struct ustar head;
	struct buf text; /* of an envelope */
	uint64_t left, pad;
	uint32_t sum;
};

/*
 * movestream_feed - read on, up to the next event
 *
 * Returns how many of the n bytes were used: all of them with MORE.  Of a
 * message with DAMAGED whatever came before is to be dropped.
 */
size_t movestream_feed(struct movestream *, const char *p, size_t n,
    struct movestream_event *);
/* no more bytes come: NULL, all is there; or what is missing */
const char *movestream_eof(struct movestream *);
void movestream_free(struct movestream *);

/* "end" as a member holds it; 0, or -1 with ENOMEM */
int movestream_end(struct buf *, uint64_t messages, uint64_t rcpts);

#endif
