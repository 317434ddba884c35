#ifndef TLS_TLSAMATCH_H
#define TLS_TLSAMATCH_H

#include "tls/certparts.h"
#include "tls/verify.h"

/*
 * TLSA records (RFC 6698 section 2.1) beside certificates: selector 0 is the
 * whole, 1 its key; matching 0 is what is selected itself, 1 its SHA-256, 2
 * its SHA-512.  Records with other numbers fit nothing.
 */
enum tlsamatch_usage { TLSAMATCH_TA = 2, TLSAMATCH_EE = 3 };

struct tlsamatch {
	const struct tlsa *tlsa;
	size_t n;
	unsigned char wants[4][2][3]; /* usage, selector, matching: is there a
				       * record? */
};

/* the first TLS_TLSA_MAX of them, which must stay */
void tlsamatch_init(struct tlsamatch *, const struct tlsa *, size_t n);
/* does one of this usage fit it? */
int tlsamatch(const struct tlsamatch *, enum tlsamatch_usage,
    const struct certparts *);

#endif
