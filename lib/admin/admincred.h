#ifndef ADMIN_ADMINCRED_H
#define ADMIN_ADMINCRED_H

#include "account/accountwire.h"
#include "httpd/httphead.h"

/*
 * Who asks, as a request says it, in the words of a question to account-check:
 * Authorization with Bearer (RFC 6750), Basic (RFC 7617), or HMAC and
 * KEYID:TIME:NONCE:SUM.  The client is who stands last in X-Forwarded-For, if that
 * is an address.  Pure.
 */
enum { ADMINCRED_BASIC_MAX = 1024 /* bytes of NAME:PASSWORD */ };

struct admincred {
	struct accountwire_question q; /* slices of head and text */
	struct buf text;
};

/* all zero before.  0; -1: there is none, or none that could be good; -2: no
 * memory */
int admincred_read(struct admincred *, const struct httphead *,
    struct slice body);
void admincred_wipe(struct admincred *);

#endif
