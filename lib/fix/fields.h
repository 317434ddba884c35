#ifndef FIX_FIELDS_H
#define FIX_FIELDS_H

#include "fix/facts.h"
#include "fix/fix.h"

/*
 * Fields of a message's header changed, and that noted in the message, which
 * is copied only when something was.  Each returns 0, or -1 with ENOMEM.
 */

/* r: what a function of mail/fixheader.h returned, 1 it has changed it, 0, -1 */
int fixfield_changed(struct fix_mail *, int r);
/* this one in place of all of its name; p, n without the LF */
int fixfield_set(struct fix_mail *, const char *name, const char *p, size_t n);
/* Message-ID, with the message's own id and its sender's domain */
int fixfield_message_id(struct fix_mail *, const struct fixfacts *);

#endif
