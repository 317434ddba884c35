#ifndef BOUNCE_DSNTEXT_H
#define BOUNCE_DSNTEXT_H

#include "bounce/dsn.h"

/*
 * The part of a delivery report that people read, in the words of
 * bounce/wording.h, and the fields of its header that have some.  All return
 * 0, or -1 with ENOMEM.
 */

/* as a report has it, a request for one, and the keys of its words; NULL: there
 * is no such */
const char *dsntext_action(enum dsn_action);

/* has it something to say? */
static inline int
dsntext_has(const char *s)
{
	return s != NULL && s[0] != '\0';
}

/*
 * Foreign text in a field or a line: control bytes become blanks, bytes
 * above 127 stay where UTF-8 is allowed and become ? elsewhere
 */
int dsntext_clean(struct buf *, const char *, int utf8);
/* "From: ", to the end of the name; with the blank behind it */
int dsntext_from(struct buf *, const struct dsn *);
/* "Subject: ", the whole field */
int dsntext_subject(struct buf *, const struct dsn *,
    const struct dsn_rcpt *rcpt, size_t n);
/* the part, its header first */
int dsntext_part(struct buf *, const struct dsn *, const struct dsn_rcpt *rcpt,
    size_t n);

#endif
