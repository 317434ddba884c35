#ifndef DNS_DNSOPT_H
#define DNS_DNSOPT_H

#include "dns/resolve.h"
#include <stdint.h>

/*
 * The options of programs that ask the DNS: -r ADDR[@PORT] the name server
 * to ask, -t UNIXTIME what time it is, -w SECONDS how long to wait for all
 * answers.  What will not do ends the program, as in base/opt.h.
 */

/*
 * dnsopt_take - one option, if it is one of these
 *
 * dns      is told of the server of -r
 * now      receives the time of -t, seconds since 1970; NULL: -t is none
 * wait_ms  receives that of -w; NULL: -w is none
 *
 * Returns 1, or 0: it is another one.
 */
int dnsopt_take(int option, const char *text, struct resolve *dns, int64_t *now,
    int64_t *wait_ms);
/* -r alone */
void dnsopt_server(int option, const char *text, struct resolve *dns);

#endif
