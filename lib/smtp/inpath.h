#ifndef SMTP_INPATH_H
#define SMTP_INPATH_H

#include "smtp/smtpin.h"

/*
 * inpath_parse - what stands behind MAIL and RCPT; of smtp/smtpin alone
 *
 * mail  "FROM:<...> parameters", else "TO:<...> parameters"
 * ev    arg is read; address, param and size are set
 *
 * Returns NULL when all is well, else the reply.
 */
const struct smtpin_reply *inpath_parse(const struct smtpin *,
    const struct smtpin_config *, int mail, struct smtpin_event *ev);

#endif
