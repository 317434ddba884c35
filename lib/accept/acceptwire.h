#ifndef ACCEPT_ACCEPTWIRE_H
#define ACCEPT_ACCEPTWIRE_H

#include "base/buf.h"
#include "base/slice.h"
#include <stdint.h>

/*
 * What who takes mail and accept-limit(8) say to each other: lines of labels,
 * format/ltsv.h.
 *
 *   id:7 ask:rcpt txn:3 rcpts:1 bytes:2048 client:192.0.2.1 user:ann from:ann@a.test
 *   id:7 status:refused code:450 esc:4.7.1 text:...
 *
 * Each question is answered once, with its id; txn tells a message from others of
 * the same connection.
 */
enum {
	ACCEPTWIRE_VALUE_MAX = 512, /* bytes of a value that is a key */
	ACCEPTWIRE_TEXT_MAX = 300   /* of a text for a client */
};

enum acceptwire_what {
	ACCEPTWIRE_RCPT, /* so many recipients more of a message */
	ACCEPTWIRE_DONE, /* the message was accepted, for so many */
	ACCEPTWIRE_DROP, /* it was not */
	ACCEPTWIRE_SHOW, /* how much is used of what applies */
	ACCEPTWIRE_ADD,  /* so many credits more, or fewer */
	ACCEPTWIRE_WHATS
};

/* what is said of a message; n 0: it is not known */
enum acceptwire_key {
	ACCEPTWIRE_CLIENT, /* its address, as text */
	ACCEPTWIRE_USER,
	ACCEPTWIRE_FROM,
	ACCEPTWIRE_TENANT,
	ACCEPTWIRE_KEYS
};
extern const char *const acceptwire_keys[ACCEPTWIRE_KEYS];

struct acceptwire_question {
	uint32_t id, txn;
	enum acceptwire_what what;
	uint32_t rcpts;
	uint64_t bytes;
	int64_t credits;  /* of ADD */
	struct slice key; /* of ADD */
	struct slice value[ACCEPTWIRE_KEYS];
};

/* a question that was read, with the bytes of its slices */
struct acceptwire_read {
	struct acceptwire_question q;
	char text[ACCEPTWIRE_KEYS + 1][ACCEPTWIRE_VALUE_MAX + 1];
};

enum acceptwire_status { ACCEPTWIRE_OK, ACCEPTWIRE_REFUSED };

struct acceptwire_answer {
	uint32_t id;
	enum acceptwire_status status;
	unsigned code; /* of REFUSED: of a reply, 4xx or 5xx, */
	char esc[12];  /* its enhanced status code, */
	char text[ACCEPTWIRE_TEXT_MAX + 1]; /* and its words */
};

/* append a line; 0, or -1 with ENOMEM.  A value is cut to its most bytes; more:
 * of SHOW and ADD, lines for people, or "" */
int acceptwire_ask(struct buf *, const struct acceptwire_question *);
int acceptwire_answer(struct buf *, const struct acceptwire_answer *,
    struct slice more);

/* the length of the first whole line with its LF; 0: there is none */
size_t acceptwire_line(const char *, size_t);
/* a line with or without its LF as one of these; 0, or -1: it is none */
int acceptwire_read_question(const char *, size_t, struct acceptwire_read *);
int acceptwire_read_answer(const char *, size_t, struct acceptwire_answer *);

#endif
