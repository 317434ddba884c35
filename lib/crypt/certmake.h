#ifndef CRYPT_CERTMAKE_H
#define CRYPT_CERTMAKE_H

#include "base/buf.h"
#include <stdint.h>

enum {
	CERTMAKE_DAYS_DEFAULT = 3650,
	CERTMAKE_DAYS_MAX = 36500,
	CERTMAKE_EARLY_S = 3600, /* valid so long before it was made: clocks of
				  * others are slow */
	CERTMAKE_COMMON_MAX = 64 /* bytes of a common name, RFC 5280 appendix
				  * A.1; a longer name stands in no subject */
};

/*
 * certmake - a new P-256 key and a certificate that it signs itself
 *
 * pem    receives both: buf_wipe() it
 * names  host names, n of them, at least one
 * now_s  wall clock
 * days   it is valid, at most CERTMAKE_DAYS_MAX
 *
 * For a server and for a client, and no authority (RFC 5280 section 4.2).
 *
 * Returns 0, or -1: no memory, no randomness.
 */
int certmake(struct buf *pem, const char *const names[], size_t n,
    int64_t now_s, unsigned days);

#endif
