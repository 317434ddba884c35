#ifndef SMTP_OUTSTEP_H
#define SMTP_OUTSTEP_H

#include "smtp/smtpout.h"

/*
 * outstep_reply - a reply within the front transaction; of smtp/smtpout alone
 *
 * ev  phase and reply are set; receives what has come of it
 *
 * Returns 0, or -1 when nobody asked for it.
 */
int outstep_reply(struct smtpout *, struct smtpout_event *ev);

#endif
