#ifndef SMTP_INCOMMAND_H
#define SMTP_INCOMMAND_H

#include "smtp/smtpin.h"

/*
 * incommand_line - a command line as an event; of smtp/smtpin alone
 *
 * p, n  the line without its CR LF
 * ev    receives what was found; its kind was SMTPIN_REPLY
 *
 * Returns the reply, NULL when a question was asked.
 */
const struct smtpin_reply *incommand_line(struct smtpin *,
    const struct smtpin_config *, const char *p, size_t n,
    struct smtpin_event *ev);
/* no command is known by this reply: bytes of something else, perhaps */
int incommand_strange(const struct smtpin_reply *);

#endif
