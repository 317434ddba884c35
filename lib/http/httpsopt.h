#ifndef HTTP_HTTPSOPT_H
#define HTTP_HTTPSOPT_H

#include "dns/allowopt.h"
#include "http/https.h"
#include <stdint.h>

/*
 * The options of programs that make one request: -a CAFILE, -C CONFDIR,
 * -i PREFIX, -r ADDR[@PORT], -w SECONDS.  What will not do ends the program, as
 * in base/opt.h.  All zero at first.
 */
struct httpsopt {
	struct resolve dns;
	struct hostaddr_prefix allow[ALLOWOPT_MAX];
	struct https_client client;
	const char *confdir;
};

/* one option, if it is one of these: 1, or 0: it is another one.  wait_ms
 * receives the time of -w */
int httpsopt_take(int option, const char *text, struct httpsopt *,
    int64_t *wait_ms);
/* behind all options: the client can be used, and goes to no private address
 * and none of this machine but those of -i */
void httpsopt_done(struct httpsopt *);

#endif
