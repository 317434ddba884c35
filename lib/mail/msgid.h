#ifndef MAIL_MSGID_H
#define MAIL_MSGID_H

#include <stddef.h>

/*
 * Message-ids out of the value of Message-ID, References, In-Reply-To or
 * Content-ID (RFC 5322 section 3.6.4, and the obsolete forms of 4.5.4).
 */
enum {
	MSGID_MAX = 998,        /* bytes of one id; a longer one is none */
	MSGID_COMMENTS_MAX = 32 /* comments within comments */
};

/* a walk through a value; internal */
struct msgids {
	const char *p, *end;
	int angled; /* there are angle brackets */
	int word;   /* without them: all of it is one word */
};

void msgid_open(struct msgids *, const char *value, size_t n);

/*
 * msgid_next - the next id
 *
 * id, n  receive it without its angle brackets, as it stands: a slice, in
 *        which an obsolete id may have blanks and comments
 *
 * Words and comments between ids are skipped (an old In-Reply-To has them).
 * In a value without angle brackets a word with an @ is taken, or a word
 * that is all there is.  Returns 1, 0 when there are no more.
 */
int msgid_next(struct msgids *, const char **id, size_t *n);

#endif
