#ifndef STAGE_FILTERSERVER_H
#define STAGE_FILTERSERVER_H

#include "base/list.h"
#include "base/spool.h"

/*
 * Programs that stay and are handed one message after the other, from within
 * an event loop: parcels, parcel(5), go to descriptor 0, and an answer for each
 * comes from 1, in their order.  An answer is a netstring, a letter and what
 * belongs to it:
 *
 *   K          it passes
 *   M message  it passes, and is this one from now on
 *   T tag      it passes with a tag NAME=VALUE
 *   Z text     not now
 *   D text     refused
 *
 * One is started when a message comes and all others have some, up to the most
 * that there may be.  When one ends, or takes too long and is killed, the message
 * that it was at is answered for it; the others go to another one, also those
 * that it may have read.
 */
enum {
	FILTERSERVER_TEXT_MAX = 200, /* bytes of a text; the rest is dropped */
	FILTERSERVER_WINDOW_MAX = 64 /* messages that one has at a time */
};

/* a message; must stay where it is until done() */
struct filterserver_ask {
	int in;                /* a file with it; closed when done() comes */
	const struct buf *env; /* its envelope lines */
	/* once, from the event loop or filterserver_ask() */
	void (*done)(struct filterserver_ask *);
	char kind;       /* the letter; 0: there is no answer */
	const char *why; /* then: why not */
	char text[FILTERSERVER_TEXT_MAX + 1]; /* printable ASCII */
	struct spool output; /* with M; the caller frees it in any case */
	/* the rest is of filterserver.c */
	struct list_node node;
	uint64_t size;
};

struct filterserver {
	char *const *argv;
	const char *name;   /* in the log */
	const char *dir;    /* for a file with a large answer */
	uint64_t most;      /* at once */
	int64_t timeout_ms; /* for an answer */
	/* the rest is of filterserver.c */
	struct list waiting, running;
	uint64_t n;
};

void filterserver_ask(struct filterserver *, struct filterserver_ask *);
/* end them all; done() does not come any more */
void filterserver_close(struct filterserver *);

#endif
