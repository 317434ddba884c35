#ifndef SASL_AUTHCONN_H
#define SASL_AUTHCONN_H

#include "base/buf.h"
#include "base/loop.h"
#include "sasl/authwire.h"

/*
 * A connection that speaks auth-socket(5), in the event loop: what comes is
 * handed on line by line, and nothing of it is left in memory behind that;
 * nor of what was put, when it is written.
 */
enum {
	AUTHCONN_MARK = 65536, /* bytes waiting to be written, above which
				* nothing is read */
	AUTHCONN_ROOM = 2 * AUTHWIRE_LINE_MAX
};

struct authconn_ops {
	/* a line; the connection may be closed in here, and freed */
	void (*line)(void *arg, const struct authwire_line *);
	/* nothing more comes, and it is closed: err is 0 at its end, EMSGSIZE
	 * for what is no line, or that of read; it may be freed in here */
	void (*ended)(void *arg, int err);
};

struct authconn {
	int fd; /* -1: closed */
	struct loop_io io;
	struct buf in, out;
	const struct authconn_ops *ops;
	void *arg;
	int *gone; /* set when it is closed while its lines are handed on */
};

/* fd is non-blocking, and the connection's from now on */
void authconn_open(struct authconn *, int fd, const struct authconn_ops *,
    void *arg);
/* no callback follows */
void authconn_close(struct authconn *);
/*
 * authconn_out - where to put whole lines, of n bytes in all
 *
 * Then authconn_flush().  Returns NULL when there is no memory.
 */
struct buf *authconn_out(struct authconn *, size_t n);
/* writes what goes; the rest follows by itself */
void authconn_flush(struct authconn *);

#endif
