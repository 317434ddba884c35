#ifndef SEND_CONNTRACE_H
#define SEND_CONNTRACE_H

#include "send/conn.h"

/*
 * A connection told word for word, in events `trace' (event(5)), if somebody has
 * ordered it (traceorder.h): commands, replies, and what happens between them,
 * with milliseconds.  Of a message there is its size, and of a login nothing.
 * Only for the parts of conn.h; where nobody has ordered it all of these do
 * nothing.
 */
enum {
	CONNTRACE_LINES = 300, /* of a connection; more are not told */
	CONNTRACE_TEXT = 500   /* bytes of one */
};

/* a host is being connected: is it wanted? */
void conntrace_begin(struct sendconn *);
/* lines that are said, and that are heard */
void conntrace_out(struct sendconn *, const char *p, size_t n);
void conntrace_in(struct sendconn *, const char *p, size_t n);
/* the message of a transaction was said */
void conntrace_message(struct sendconn *, const struct sendtxn *);
/* what is neither; fmt takes a and b */
void conntrace_note(struct sendconn *, const char *fmt, const char *a,
    const char *b);
/* the connection is closed */
void conntrace_end(struct sendconn *);

#endif
