#ifndef ADMIN_ADMINREQ_H
#define ADMIN_ADMINREQ_H

#include "base/buf.h"
#include "httpd/httphead.h"

/* One request, read from a descriptor until it is whole: there is no other one
 * behind it. */
enum {
	ADMINREQ_BODY_MAX = 1 << 20, /* bytes of its body; more: 413 */
	ADMINREQ_MS = 20000,         /* until it is whole; more: 408 */
	ADMINREQ_LINGER_MS = 2000    /* in which a client may read its answer */
};

/* all zero before */
struct adminreq {
	struct httphead head; /* slices of raw */
	struct buf raw;
	struct buf body;
};

/*
 * adminreq_read - in: where it comes from; out: where "100 Continue" is said
 *
 * Returns 0; a status to refuse it with; or ADMINREQ_NONE: nobody asks anything.
 */
enum { ADMINREQ_NONE = 1 };
unsigned adminreq_read(struct adminreq *, int in, int out);
/* the answer: all of it, and what still comes is thrown away, so that it is read
 * (RFC 9112 section 9.6).  0, or -1 with errno */
int adminreq_answer(int in, int out, const struct buf *);
void adminreq_free(struct adminreq *);

#endif
