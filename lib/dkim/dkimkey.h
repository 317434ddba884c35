#ifndef DKIM_DKIMKEY_H
#define DKIM_DKIMKEY_H

#include "crypt/pubkey.h"
#include "dkim/sig.h"
#include <stddef.h>

/*
 * A key record (RFC 6376 section 3.6.1, RFC 8463 section 4).
 */
enum {
	DKIMKEY_BYTES_MAX = 2100 /* of a key, decoded: RSA of 8192 bits takes
				  * 1062 */
};

struct dkimkey {
	enum dkimsig_key type;
	unsigned char key[DKIMKEY_BYTES_MAX]; /* decoded p= */
	size_t len;
	struct pubkey_rsa rsa;         /* slices of key */
	unsigned sha1 : 1, sha256 : 1; /* h= allows */
	unsigned testing : 1;          /* t=y */
	unsigned strict : 1;           /* t=s */
};

/*
 * dkimkey_parse - the text of a TXT record
 *
 * Returns NULL, or why there is no key in it that can be used for mail.
 */
const char *dkimkey_parse(struct dkimkey *, const char *, size_t n);

/* NULL, or why this signature may not be made with this key (RFC 6376
 * section 6.1.2 steps 5 and 7) */
const char *dkimkey_unfit(const struct dkimkey *, const struct dkimsig *);

/* does the signature of this hash of the header hold?  1 or 0 */
int dkimkey_verify(const struct dkimkey *, const struct dkimsig *,
    const unsigned char *hash);

#endif
