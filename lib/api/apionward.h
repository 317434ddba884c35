#ifndef API_APIONWARD_H
#define API_APIONWARD_H

#include "api/apicall.h"

/*
 * Requests that are not about handing in mail go to http-admin(8), a connection for
 * each, and its answers back.  It looks at the credential again, by itself; here it
 * was asked for so that nobody who is unknown has it run.
 */
enum {
	APIONWARD_BODY_MAX = 1 << 20,    /* bytes of a request: 413 */
	APIONWARD_ANSWER_MAX = 64 << 20, /* of an answer: 502 */
	APIONWARD_OPEN_MAX = 16,         /* at once; more: 503 */
	APIONWARD_ORG_MAX = 4            /* of them, of one organisation */
};

/*
 * apionward_request - append a request as http-admin has it
 *
 * h     the client's: its method, target and those fields that matter there
 * ip    who asks, or ""
 * body  all of it, not in gzip
 *
 * 0, or -1 with ENOMEM.
 */
int apionward_request(struct buf *, const struct httphead *h, const char *ip,
    struct slice body);

/* an answer, slices of the bytes that were read */
struct apionward_answer {
	unsigned status;
	struct slice type, content; /* type n 0: none is told */
};
/*
 * apionward_read - a whole answer, to the end of the connection
 *
 * more  gets the fields that the client is to hear, each with its CRLF
 *
 * 0, or -1: it is none, or cut short, or there is no memory.
 */
int apionward_read(struct apionward_answer *, struct buf *more, const char *p,
    size_t n);

/* its body is whole, and whose it is known: it goes there, and is answered later or
 * now */
void apionward_send(struct apicall *);
/* nobody hears any more */
void apionward_cancel(struct apicall *);

#endif
