#ifndef ADMIN_ADMINCRED_H
#define ADMIN_ADMINCRED_H

#include "base/buf.h"
#include "httpd/httpcred.h"

/*
 * Who asks, as a request says it in Authorization.  The client is who stands last
 * in X-Forwarded-For, if that is an address.  Pure.
 */
struct admincred {
	struct httpcred cred;
	struct buf text; /* what was signed */
};

/* all zero before.  0; -1: there is none, or none that could be good; -2: no
 * memory */
int admincred_read(struct admincred *, const struct httphead *,
    struct slice body);
void admincred_wipe(struct admincred *);

#endif
