#ifndef SASL_PLAIN_H
#define SASL_PLAIN_H

#include "conf/word.h"
#include <stddef.h>

/* What is said in PLAIN (RFC 4616), and asked in LOGIN, which has no RFC. */
#define PLAIN_LOGIN_NAME "VXNlcm5hbWU6"     /* "Username:" in base64 */
#define PLAIN_LOGIN_PASSWORD "UGFzc3dvcmQ6" /* "Password:" */

struct plain {
	struct slice name, password; /* in what was parsed */
};

/*
 * plain_parse - the one message of PLAIN, out of its base64
 *
 * Who wants to be another (an authorization identity that is not the name)
 * has said nothing that will do.  Returns 0, or -1.  Source: RFC 4616 section
 * 2.
 */
int plain_parse(struct plain *, const char *, size_t n);

/* an authorization identity: none, or the name, in any case of letters */
int plain_same(struct slice authzid, struct slice name);

#endif
