#ifndef FEED_MBOXIN_H
#define FEED_MBOXIN_H

#include <stddef.h>
#include <stdint.h>

/*
 * A mailbox file (RFC 4155) taken apart, in pieces of any size:
 *
 *   - a message begins behind a line "From SENDER TIME" that is the first one,
 *     or behind an empty line; a line without a time in it is text;
 *   - the empty line before it is none of the message's;
 *   - of a line ">From ", ">>From " and so on a > is taken off (mboxrd; of a
 *     mboxo file that restores what it can).
 *
 * Lengths in headers (mboxcl) are not believed.  All zero is the start.
 */
enum {
	MBOXIN_LINE_MAX = 1024 /* bytes of a line From: a longer one is text */
};

enum mboxin_kind {
	MBOXIN_MORE,  /* needs more input than is there */
	MBOXIN_BEGIN, /* arg: the line behind "From " */
	MBOXIN_TEXT,  /* of the message */
	MBOXIN_END,   /* of it; `at' is where the next one begins */
	MBOXIN_BAD    /* it does not begin with a line From */
};

/* arg is valid until the next call */
struct mboxin_event {
	enum mboxin_kind kind;
	const char *arg;
	size_t n;
};

struct mboxin {
	uint64_t at; /* public: bytes before the line that is looked at */
	/* private */
	uint64_t seen;
	unsigned char text;  /* in the rest of a line of text */
	unsigned char open;  /* in a message */
	unsigned char empty; /* an empty line is kept back */
	unsigned char begin; /* BEGIN is to be told */
	size_t len;
	char line[1 + MBOXIN_LINE_MAX]; /* behind room for a line end */
};

/* the bytes consumed; all of them with MORE */
size_t mboxin_feed(struct mboxin *, const char *in, size_t n,
    struct mboxin_event *);
/* the end of the file: call until MORE */
void mboxin_end(struct mboxin *, struct mboxin_event *);
/* the sender in what stands behind "From ": its length, 0: nobody */
size_t mboxin_sender(const char *p, size_t n);

#endif
