#ifndef FEED_FEEDMAIL_H
#define FEED_FEEDMAIL_H

#include "base/slice.h"
#include "sendmail/headerrcpts.h"
#include <jansson.h>

/*
 * From whom and to whom a message of a stream is: what its options, its header
 * and the stream itself say.  Pure.
 */
struct feedmail {
	const char *me;               /* this host */
	const char *from;             /* of all, in form; NULL: see below */
	const char *fallback;         /* where nothing says it */
	const struct envelope *rcpts; /* of all */
	unsigned take_rcpts : 1;      /* and those of the header */
};

/*
 * feedmail_mbox - the envelope of a message of a mailbox
 *
 * sender  of its line From; n 0: nobody
 *
 * The sender is that of all, or of Return-Path, or of the line.  NULL, or why
 * there is none, a constant; "4..." where memory is out.
 */
const char *feedmail_mbox(const struct feedmail *, struct buf *env,
    struct slice sender, const struct buf *header);
/*
 * feedmail_json - of an object with a member "message"
 *
 *   {"from": "a@b", "to": ["c@d", ...], "message": "Subject: ..."}
 *
 * to may be one string, and may be missing with take_rcpts.
 */
const char *feedmail_json(const struct feedmail *, struct buf *env,
    const json_t *, const struct buf *header);

#endif
