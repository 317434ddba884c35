#ifndef QMTP_QMTPIN_H
#define QMTP_QMTPIN_H

#include "format/netstring.h"
#include "smtp/chunkin.h"
#include <stddef.h>
#include <stdint.h>

/*
 * The server side of QMTP (cr.yp.to/proto/qmtp.txt) and QMQP
 * (cr.yp.to/proto/qmqp.html) as a machine without descriptors: bytes in,
 * events out.  Nothing is asked and nothing answered here: what becomes of a
 * message its user says, once for each recipient by QMTP and once in all by
 * QMQP.
 *
 *   QMTP   [message] [sender] [[recipient] ...]     again and again
 *   QMQP   [[message] [sender] [recipient] ...]     once
 *
 * each [] a netstring.  By QMTP the first byte of a message says how its lines
 * end, LF or CR LF; by QMQP it is LF always.  So the events of a message are
 *
 *   BEGIN  BODY ...  BARE or nothing  SENDER  RCPT ...  END
 */
enum {
	QMTPIN_ADDRESS_MAX = 512,       /* bytes of an address that are kept */
	QMTPIN_ADDRESS_SKIP_MAX = 65536 /* one that is longer is an error */
};

enum qmtpin_kind {
	QMTPIN_MORE,   /* needs more input than is there */
	QMTPIN_BEGIN,  /* a message: size, with the line ends it comes with */
	QMTPIN_BODY,   /* of it: arg, arglen, lines end in LF */
	QMTPIN_BARE,   /* a CR or LF that stands alone in it: no more of it, and
			* of what stands before it perhaps not all */
	QMTPIN_SENDER, /* arg, arglen: the address as it came, perhaps empty */
	QMTPIN_RCPT,   /* the same of a recipient */
	QMTPIN_END,    /* there are no more recipients */
	QMTPIN_BAD     /* this is neither protocol: the connection is to end */
};

/* arg points into the input or the machine and is valid until the next call */
struct qmtpin_event {
	enum qmtpin_kind kind;
	const char *arg;
	size_t arglen;
	uint64_t size;
	unsigned too_long : 1; /* of SENDER, RCPT: arg is not all of it */
};

/* all zero is the initial state */
struct qmtpin {
	unsigned char qmqp; /* public: that one */
	/* private */
	unsigned char state, nested, crlf;
	unsigned char bare;   /* a CR or LF that stands alone was told */
	unsigned char cut;    /* not all of the address is kept */
	struct chunkin chunk; /* of a message with CR LF; mid also without */
	uint64_t left;        /* bytes of the netstring that is read */
	uint64_t outer;       /* and of the one around it, if nested */
	size_t len;
	char text[QMTPIN_ADDRESS_MAX]; /* a head, or an address */
};

/*
 * qmtpin_feed - consume up to the next event
 *
 * in, n  what came and was not consumed yet, any split; a message is decoded
 *        in place
 * ev     receives the event
 *
 * Returns the bytes consumed: all of them with QMTPIN_MORE.  After QMTPIN_BAD
 * nothing more may be fed.
 */
size_t qmtpin_feed(struct qmtpin *, char *in, size_t n,
    struct qmtpin_event *ev);
/* between two messages, with nothing of the next one? */
int qmtpin_idle(const struct qmtpin *);
/* in a message, before its sender? */
int qmtpin_in_message(const struct qmtpin *);

#endif
