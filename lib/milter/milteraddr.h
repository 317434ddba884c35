#ifndef MILTER_MILTERADDR_H
#define MILTER_MILTERADDR_H

#include "chain/dial.h"

/*
 * Where a milter listens, and how it is treated: ADDRESS[,NAME=VALUE...]
 *
 *   unix:PATH  IPV4:PORT  [IPV6]:PORT
 *   name=WORD          in events and receipts; else what it is called there
 *   fail=ACTION        later, take or refuse: when it is gone, hangs or errs
 *   version=NUMBER     of the protocol, at most: 2 to 6
 *   answer=SECONDS     for a connection, and each answer
 *   end=SECONDS        for the answer to the end of a message
 *   connections=NUMBER at once
 */
enum {
	MILTERADDR_NAME_MAX = 64,
	MILTERADDR_ANSWER_DEFAULT_S = 30,
	MILTERADDR_END_DEFAULT_S = 300,
	MILTERADDR_TIME_MAX_S = 3600, /* of both */
	MILTERADDR_CONNECTIONS_DEFAULT = 20,
	MILTERADDR_CONNECTIONS_MAX = 500
};

enum milteraddr_fail {
	MILTERADDR_LATER, /* all zero is that */
	MILTERADDR_TAKE,  /* the message passes without it */
	MILTERADDR_REFUSE
};

struct milteraddr {
	struct dial_addr addr; /* its path points into the text */
	char name[MILTERADDR_NAME_MAX + 1];
	enum milteraddr_fail fail;
	unsigned version;
	uint64_t answer_s, end_s;
	uint64_t connections;
};

/* "later", "take", "refuse": 0, or -1 */
int milteraddr_fail(const char *, size_t n, enum milteraddr_fail *);
/*
 * milteraddr_read - one, into what has the defaults
 *
 * text must live as long as it.  Returns NULL, or what is wrong.
 */
const char *milteraddr_read(struct milteraddr *, const char *text);

#endif
