#ifndef BOUNCE_DSN_H
#define BOUNCE_DSN_H

#include "base/buf.h"
#include "bounce/wording.h"
#include <stdint.h>

/*
 * Delivery status notifications: multipart/report (RFC 6522) with a text
 * for people, a message/delivery-status (RFC 3464) and the original or its
 * header.  Pure: made from the facts into a buffer; whatever comes from
 * outside is cleaned, and no line becomes longer than DSN_LINE_MAX.
 */
enum {
	DSN_LINE_MAX = 998,
	DSN_TEXT_WIDTH = 72,  /* the text for people is wrapped to it */
	DSN_LISTED_MAX = 100, /* recipients named in the text */
	DSN_VALUE_MAX = 600 /* bytes of one fact in a field, and of a subject */
};

enum dsn_action {
	DSN_FAILED,
	DSN_DELAYED,
	DSN_RELAYED,
	DSN_DELIVERED,
	DSN_EXPANDED
};

/* what is not known is NULL, "" or 0 */
struct dsn_rcpt {
	const char *address;
	const char *orcpt;  /* TYPE;XTEXT as in the ORCPT parameter */
	const char *status; /* enhanced code, "5.1.1" */
	const char *host;   /* the server that said text */
	const char *text;
	int64_t last_attempt; /* seconds */
	int expired;          /* failed because its time is over */
};

/* the original, behind the two parts */
enum dsn_original { DSN_NOTHING, DSN_HEADER, DSN_WHOLE };

struct dsn {
	enum dsn_action action;
	const char *me;      /* our host name */
	const char *to;      /* the sender of the original */
	const char *copy_to; /* this is a copy of the report, for him */
	struct wording words;
	const char *envid;       /* xtext, as in the ENVID parameter */
	const char *boundary;    /* random; DSN_BOUNDARY_LEN at most */
	const char *message_id;  /* of the report, with its <> */
	const char *original_id; /* Message-ID of the original, with its <> */
	int64_t now, arrival, until; /* seconds; until: no more tries after */
	int64_t
	    deliver_by; /* until then it was to be delivered; 0: never said */
	int64_t held;   /* it was not to leave before; 0: the same */
	enum dsn_original original;
	unsigned second : 1;    /* the original has no sender: this goes to
				 * who looks after the system */
	unsigned utf8 : 1;      /* addresses may be UTF-8 (RFC 6533) */
	unsigned eight_bit : 1; /* the original holds bytes above 127 */
};
enum { DSN_BOUNDARY_LEN = 60 };

/* the field by which a report about mail without a sender is known, and a
 * copy, so that there is none about it */
#define DSN_SECOND "X-Double-Bounce"

/*
 * dsn_open - the report up to where the original is to be put
 *
 * rcpt, n  the recipients, at least one
 *
 * The caller adds the original (a header with its empty line, or all of
 * it) and then dsn_close().  0, or -1 with ENOMEM.
 */
int dsn_open(struct buf *, const struct dsn *, const struct dsn_rcpt *rcpt,
    size_t n);
int dsn_close(struct buf *, const struct dsn *);

/*
 * dsn_header - a header made fit for the report
 *
 * p, n: the start of a message, at most max bytes are taken.  Ends before
 * the body or the first line that is no field; lines are cut to
 * DSN_LINE_MAX and NUL and CR become blanks.
 */
int dsn_header(struct buf *, const char *p, size_t n, size_t max);

#endif
