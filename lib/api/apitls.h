#ifndef API_APITLS_H
#define API_APITLS_H

#include "api/apiconn.h"

/*
 * TLS from the first byte of each connection (RFC 9110 section 4.2.2), with the
 * certificates of tls-key(8).  Only who calls this links a library of TLS.
 */

/* socket: of tls-key, PATH or unix:PATH; must stay.  Before processes are forked that
 * shall resume each other's sessions.  0, or -1 with errno */
int apitls_open(struct apiserver *, const char *socket);
/* in each of them: the key process is looked for from now on; without apitls_open()
 * nothing */
void apitls_watch(struct apiserver *);

#endif
