#ifndef TLSRPT_RPTMAIL_H
#define TLSRPT_RPTMAIL_H

#include "mail/reportmail.h"

/* The message that carries a report (RFC 8460 section 5.3). */
extern const struct reportmail_kind rptmail_kind;

#endif
